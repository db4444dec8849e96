/** A fault that replaces text in the JSON of every response to a call. */
import * as v from 'valibot';
import type { Fault } from './faults.ts';
import { jsonSchema } from './json.ts';

/** Gets what matched, then the groups. */
type Replacement = string | ((match: string, ...groups: string[]) => string);

/**
 * Rewrites every response to the call: each place in its JSON that matches `from` becomes `to`. A regular expression
 * needs the flag g. Spread it to add `when`, `after` or another number of `times`.
 */
export function rewriteJson(call: Fault['call'], from: string | RegExp, to: Replacement): Fault {
  return {
    call,
    kind: 'rewrite',
    times: Number.POSITIVE_INFINITY,
    rewrite: (body) => {
      const text = JSON.stringify(body);
      const rewritten = typeof to === 'string' ? text.replaceAll(from, to) : text.replaceAll(from, to);
      return v.parse(jsonSchema, JSON.parse(rewritten));
    },
  };
}
