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
export const text = v.optional(
  v.pipe(
    v.nullable(v.union([v.string(), v.number(), v.boolean()])),
    v.transform((value) => (value === null ? '' : String(value))),
  ),
  '',
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
  return v.fallback(v.optional(v.pipe(text, v.trim(), v.regex(pattern)), ''), '');
}

export const commitId = matching(/^[0-9a-f]{7,64}$/i);
export const jobId = matching(/^[a-z0-9]{32}$/);
/** Of a CodeArts project. */
export const projectId = matching(/^[\w-]{1,64}$/);
/** A UUID; other clouds may write it otherwise. */
export const recordId = matching(/^[\w-]{1,64}$/);
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

/** 0 or more, as a number or as digits; undefined when invalid. */
export const numberOrNothing = v.fallback(
  v.optional(
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
export const time = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value): number | undefined => {
      const ms = millisecondsOf(value);
      return ms > 0 && ms <= maxTime ? ms : undefined;
    }),
  ),
  null,
);

function millisecondsOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > 100) return Number.NaN;
  return /^\d{11,}$/.test(value) ? Number(value) : Date.parse(value);
}

/** True where the service says so in any of its ways; false for all else. */
export const lenientBoolean = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => value === true || value === 1 || value === 'true' || value === 'True'),
  ),
  false,
);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

// Not v.record, which takes seconds for the members of a hostile answer.
const object = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>(isObject),
  v.check((value) => Object.keys(value).length <= maxEntries, 'too many members'),
);

/** The object itself with its keys in snake_case: the service mixes both. */
export const snakeCase = v.pipe(
  object,
  v.transform((value) => {
    const keys = Object.keys(value);
    if (!keys.some((key) => /[A-Z]/.test(key))) return value;
    return Object.fromEntries(keys.map((key) => [toSnakeCase(key), value[key]]));
  }),
);

function toSnakeCase(key: string): string {
  return key.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The content of `result`, or the answer itself where nothing is wrapped. */
export const result = v.pipe(
  snakeCase,
  v.transform((value) => ('result' in value ? value['result'] : value)),
  snakeCase,
);

/** The same; null is an empty object: there may be nothing to report. */
export const resultOrNothing = v.pipe(
  snakeCase,
  v.transform((value) => ('result' in value ? (value['result'] ?? {}) : value)),
  snakeCase,
);

/** One object where a list is promised is a list of one; null is the empty list. */
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
