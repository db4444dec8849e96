// Provides the building blocks of the schemas: each accepts every shape in which the service was seen to send a value,
// and returns one clean shape. Bounds what comes in: a response beyond a limit is rejected as a whole, a long name is
// cut.

import * as v from 'valibot';
import { truncate } from '../text.ts';

/** Entries of one list, or members of one object. */
const maxEntries = 20_000;
const maxNameLength = 200;
/** Enough for a parameter's value (8,192 characters, reference 4.6) and for an error message. */
export const maxTextLength = 10_000;

/** Text from any simple value; null and absence are the empty text. */
export const text = v.pipe(
  v.nullish(v.union([v.string(), v.number(), v.boolean()]), ''),
  v.transform(String),
);

/** Text that people read, or compare with a parameter; what is longer than any real one is cut. */
export const boundedText = v.pipe(
  text,
  v.transform((value) => truncate(value, maxTextLength)),
);

/** Bounded text for values that the result does not depend on: a value of another kind is the empty text. */
export const textIfAny = v.fallback(boundedText, '');

/** A name or a word, cut after 200 characters. */
export const name = v.pipe(
  text,
  v.transform((value) => truncate(value, maxNameLength)),
);

export const nameIfAny = v.fallback(name, '');

/** Text that is used in a path, a link or an output, and must match this pattern; otherwise it is empty. */
export function matching(pattern: RegExp) {
  return v.fallback(v.pipe(text, v.trim(), v.regex(pattern)), '');
}

export const commitId = matching(/^[0-9a-f]{7,64}$/i);
export const jobId = matching(/^[a-z0-9]{32}$/);
/** Of a record (a UUID) or of a CodeArts project (32 digits and letters); other clouds may write them otherwise. */
export const id = matching(/^[\w-]{1,64}$/);
/** Such as 20200612.20. */
export const dailyBuildNumber = matching(/^[\w.-]{1,40}$/);
/** Where the live log goes on: opaque, but never long. */
export const logOffset = matching(/^[\x21-\x7e]{1,100}$/);

/** 0 or more, as a number or as digits. */
export const wholeNumber = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\s*\d{1,15}\s*$/), v.transform(Number))]),
  v.safeInteger(),
  v.minValue(0),
);

/** Of a build; 0 where the answer has none. */
export const buildNumber = v.fallback(wholeNumber, 0);

/** 0 or more, as a number or as digits; undefined when absent or invalid. */
export const numberOrNothing = v.fallback(
  v.undefinedable(
    v.union([
      v.pipe(v.number(), v.finite(), v.minValue(0)),
      v.pipe(v.string(), v.regex(/^\d{1,15}(?:\.\d{1,15})?$/), v.transform(Number)),
    ]),
  ),
  undefined,
);

/** The last moment that a Date can hold. */
const maxTime = 8.64e15;

/**
 * ISO with any offset (without one, in the runner's own zone), or epoch milliseconds; undefined where it is neither.
 */
export const time = v.fallback(
  v.undefinedable(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.maxLength(100), v.transform(millisecondsOf))]),
      v.gtValue(0),
      v.maxValue(maxTime),
    ),
  ),
  undefined,
);

function millisecondsOf(text: string): number {
  return /^\d{11,}$/.test(text) ? Number(text) : Date.parse(text);
}

/** True where the service says so in any of its ways; false for all else. */
export const lenientBoolean = v.pipe(
  v.unknown(),
  v.transform((value) => value === true || value === 1 || value === 'true' || value === 'True'),
);

/** One object where a list is promised is a list of one; null and absence are the empty list. */
export const listOf = v.pipe(
  v.unknown(),
  v.transform((value): unknown[] => {
    if (Array.isArray(value)) return value;
    return value === null || value === undefined ? [] : [value];
  }),
  v.maxLength(maxEntries, 'too many entries'),
);

/** The entries of a list that can be read; the others are left out. */
export function lenientArray<S extends v.GenericSchema>(schema: S) {
  return v.pipe(
    listOf,
    v.transform((entries): v.InferOutput<S>[] =>
      entries.flatMap((entry) => {
        const read = v.safeParse(schema, entry);
        return read.success ? [read.output] : [];
      }),
    ),
  );
}

// Not v.record, which takes seconds for the members of a hostile answer.
export const anyObject = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>((value) => typeof value === 'object' && value !== null),
  v.check((value) => Object.keys(value).length <= maxEntries, 'too many members'),
);

/** A field that has another name in the answer: it is read from the first of these keys that holds anything. */
export function from<S extends v.GenericSchema>(keys: string | readonly string[], schema: S) {
  return v.pipe(schema, v.metadata<v.InferOutput<S>, { from: readonly string[] }>({ from: [keys].flat() }));
}

/**
 * An object of these fields, each read from the key of its own name or from those given by `from`. Keys are in
 * snake_case; the service mixes it with camelCase.
 */
export function fields<E extends v.ObjectEntries>(entries: E) {
  const keysByField = Object.entries(entries).map(([field, schema]): [string, readonly string[]] => {
    const { from: given } = v.getMetadata(schema);
    const keys: readonly string[] = Array.isArray(given) ? given : [field];
    return [field, keys.flatMap((key) => [key, toCamelCase(key)])];
  });
  return v.pipe(
    anyObject,
    v.transform((value) => {
      const renamed: Record<string, unknown> = {};
      for (const [field, keys] of keysByField) {
        renamed[field] = keys.map((key) => value[key]).find(holdsAnything);
      }
      return renamed;
    }),
    v.object(entries),
    v.readonly(),
  );
}

function toCamelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function holdsAnything(value: unknown): boolean {
  const isEmptyList = Array.isArray(value) && value.length === 0;
  return value !== undefined && value !== null && value !== '' && !isEmptyList;
}

const unwrapped = v.pipe(
  anyObject,
  v.transform((value) => ('result' in value ? value['result'] : value)),
);

/** An answer of these fields: in its `result`, or in the answer itself where nothing is wrapped. */
export function answer<E extends v.ObjectEntries>(entries: E) {
  return v.pipe(unwrapped, fields(entries));
}

/** An answer of these fields where there may be nothing to report: then its `result` is null. */
export function answerOrNothing<E extends v.ObjectEntries>(entries: E) {
  return v.pipe(
    unwrapped,
    v.transform((value) => value ?? {}),
    fields(entries),
  );
}
