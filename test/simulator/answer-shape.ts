/**
 * Compares the shape of a response with that of a sample: the same fields and the same types. Values are not compared, and
 * every element of a list is compared with the first one of the sample.
 */
import type { Json } from './json.ts';

export interface Difference {
  /** `result.build_no`; `[]` for any element of a list, `*` for any field of a map. */
  readonly path: string;
  readonly fault: string;
}

type Fields = { readonly [name: string]: Json };

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isFields = (value: Json): value is Fields =>
  typeof value === 'object' && value !== null && !isList(value);
const kindOf = (value: Json): string => (value === null ? 'null' : isList(value) ? 'array' : typeof value);

/** `maps`: paths of objects whose field names are data, such as the names of packages. */
export function differences(sample: Json, answer: Json, maps: readonly string[], path = ''): Difference[] {
  if (sample === null) return [];
  if (kindOf(sample) !== kindOf(answer)) {
    return [{ path, fault: `${kindOf(sample)} in the sample, ${kindOf(answer)} here` }];
  }
  if (isList(sample) && isList(answer)) {
    const [model] = sample;
    if (model === undefined) return [];
    if (answer.length === 0) return [{ path, fault: 'empty here' }];
    return answer.flatMap((element) => differences(model, element, maps, `${path}[]`));
  }
  if (!isFields(sample) || !isFields(answer)) return [];
  if (maps.includes(path)) return mapDifferences(sample, answer, maps, path);
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  const missing = Object.keys(sample)
    .filter((name) => !Object.hasOwn(answer, name))
    .map((name) => ({ path: below(name), fault: 'missing here' }));
  const added = Object.keys(answer)
    .filter((name) => !Object.hasOwn(sample, name))
    .map((name) => ({ path: below(name), fault: 'not in the sample' }));
  const inside = Object.entries(sample).flatMap(([name, value]) => {
    const here = answer[name];
    return here === undefined ? [] : differences(value, here, maps, below(name));
  });
  return [...missing, ...added, ...inside];
}

function mapDifferences(sample: Fields, answer: Fields, maps: readonly string[], path: string): Difference[] {
  const [model] = Object.values(sample);
  if (model === undefined) return [];
  return Object.values(answer).flatMap((value) => differences(model, value, maps, `${path}.*`));
}
