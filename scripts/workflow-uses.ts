// Finds the steps of a workflow that use an action, and which inputs and outputs of it are used but not defined.

import * as v from 'valibot';
import { parse } from 'yaml';

const step = v.looseObject({
  id: v.optional(v.string()),
  uses: v.string(),
  with: v.optional(v.record(v.string(), v.unknown()), {}),
});

/** Inputs passed to an action whose `uses` matches, anywhere in the YAML text, that are not among `known`. */
export function unknownInputs(text: string, action: RegExp, known: readonly string[]): readonly string[] {
  const used = stepsIn(parse(text)).filter(({ uses }) => action.test(uses));
  return used.flatMap((found) => Object.keys(found.with)).filter((name) => !known.includes(name));
}

/** Outputs of steps with such an action, read as `steps.ID.outputs.NAME`, that are not among `known`. */
export function unknownOutputs(text: string, action: RegExp, known: readonly string[]): readonly string[] {
  const ids = stepsIn(parse(text)).flatMap(({ id, uses }) =>
    id !== undefined && action.test(uses) ? [id] : [],
  );
  const read = [...text.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)];
  return read.flatMap(([, id = '', name = '']) => (ids.includes(id) && !known.includes(name) ? [name] : []));
}

/** Every object that has `uses`, however deep: a snippet may be a workflow, a job or a lone step. */
function stepsIn(value: unknown): readonly v.InferOutput<typeof step>[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (typeof value !== 'object' || value === null) return [];
  const found = v.safeParse(step, value);
  return [...(found.success ? [found.output] : []), ...Object.values(value).flatMap(stepsIn)];
}
