/** Compares what the SDK parsed with the expected value, leaf by leaf, and with the body as it was sent. */
import type { Json } from '../json.ts';

type Fields = { readonly [name: string]: Json };

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isFields = (value: Json): value is Fields =>
  typeof value === 'object' && value !== null && !isList(value);

/** Every value that is no list and no object, by its path; empty ones too. */
export function leaves(value: Json, path = ''): Map<string, Json> {
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  const inside: [string, Json][] = isList(value)
    ? value.map((element, index): [string, Json] => [below(String(index)), element])
    : isFields(value)
      ? Object.entries(value).map(([name, field]): [string, Json] => [below(name), field])
      : [];
  if (inside.length === 0) return new Map([[path, value]]);
  return new Map(inside.flatMap(([name, field]) => [...leaves(field, name)]));
}

/** Where they differ, a line each. A field that one side lacks is the same as null: the SDK makes no difference. */
export function differences(expected: Json, parsed: Json): string[] {
  const wanted = leaves(expected);
  const found = leaves(parsed);
  const paths = new Set([...wanted.keys(), ...found.keys()]);
  return [...paths]
    .filter((path) => (wanted.get(path) ?? null) !== (found.get(path) ?? null))
    .filter((path) => !bothEmpty(wanted.get(path), found.get(path)))
    .map((path) => `${path}: ${show(wanted.get(path))} expected, ${show(found.get(path))} parsed`);
}

const bothEmpty = (one: Json | undefined, other: Json | undefined): boolean =>
  isEmpty(one) && isEmpty(other) && isList(one ?? null) === isList(other ?? null);

const isEmpty = (value: Json | undefined): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const show = (value: Json | undefined): string => JSON.stringify(value ?? null);

/** What the SDK had to bend, or never looked at: fields of the body that it has under another type, or not at all. */
export function bent(raw: Json, parsed: Json): string[] {
  const found = leaves(parsed);
  return [...leaves(raw)]
    .filter(([path, value]) => value !== null && !isEmpty(value) && found.get(path) !== value)
    .map(([path]) => path);
}
