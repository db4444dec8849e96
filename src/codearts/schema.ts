// The small readers that the schemas are made of: each takes whatever shape the service was seen to send for a
// value and gives one clean shape. Knows no answer as a whole.

import * as v from 'valibot';

/** Text from anything that can stand for one; null and absence are the empty text. */
export const text = v.optional(
  v.pipe(
    v.nullable(v.union([v.string(), v.number(), v.boolean()])),
    v.transform((value) => (value === null ? '' : String(value))),
  ),
  '',
);

/** The same of a value that a build's end does not hang on: what makes no sense is the empty text. */
export const textIfAny = v.fallback(text, '');

/** 0 or more, as a number or as digits. */
export const wholeNumber = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\s*\d+\s*$/), v.transform(Number))]),
  v.integer(),
  v.minValue(0),
);

/** 0 or more, as a number or as digits; undefined where it makes no sense. */
export const numberOrNothing = v.fallback(
  v.optional(
    v.union([
      v.pipe(v.number(), v.minValue(0)),
      v.pipe(v.string(), v.regex(/^\d+(?:\.\d+)?$/), v.transform(Number)),
    ]),
  ),
  undefined,
);

/** ISO with any offset (without one, in the runner's own zone), or epoch milliseconds. */
export const time = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value): number | undefined => {
      if (typeof value === 'number') return value > 0 ? value : undefined;
      if (typeof value !== 'string' || value.trim() === '') return undefined;
      const parsed = /^\d{11,}$/.test(value) ? Number(value) : Date.parse(value);
      return Number.isNaN(parsed) ? undefined : parsed;
    }),
  ),
  null,
);

/** True where the service says so in any of its ways; false for all else. */
export const lenientBoolean = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => value === true || value === 1 || value === 'true' || value === 'True'),
  ),
  false,
);

/** The object itself with its keys in snake_case: the service mixes both. */
export const snakeCase = v.pipe(
  v.record(v.string(), v.unknown()),
  v.transform((object) =>
    Object.fromEntries(
      Object.entries(object).map(([key, value]) => [
        key.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      ]),
    ),
  ),
);

/** What stands in `result`, or the answer itself where nothing is wrapped. */
export const result = v.pipe(
  snakeCase,
  v.transform((object) => ('result' in object ? object['result'] : object)),
  snakeCase,
);

/** One object where a list is promised is a list of one; null is the empty list. */
export const listOf = v.pipe(
  v.unknown(),
  v.transform((value): unknown[] => {
    if (Array.isArray(value)) return value;
    return value === null || value === undefined ? [] : [value];
  }),
);

/** The entries of a list that can be read; the others are left out. */
export function lenientArray<S extends v.GenericSchema>(schema: S) {
  return v.optional(
    v.pipe(
      listOf,
      v.transform((entries): v.InferOutput<S>[] =>
        entries.flatMap((entry) => {
          const read = v.safeParse(schema, entry);
          return read.success ? [read.output] : [];
        }),
      ),
    ),
    null,
  );
}

/** What is wrapped in `result`, or the object itself; null is an empty one: there may be nothing to tell. */
export const resultOrNothing = v.pipe(
  snakeCase,
  v.transform((object) => ('result' in object ? (object['result'] ?? {}) : object)),
  snakeCase,
);
