// Reads the inputs with their defaults, the outputs and the entry files of action.yml. checks/action-schema.ts checks whether
// the file is valid.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { root } from './paths.ts';

const scalar = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));

const schema = v.object({
  name: v.string(),
  description: v.string(),
  inputs: v.record(
    v.string(),
    v.strictObject({
      description: v.string(),
      required: v.optional(v.boolean(), false),
      default: v.optional(scalar),
      deprecationMessage: v.optional(v.string()),
    }),
  ),
  outputs: v.record(v.string(), v.strictObject({ description: v.string() })),
  runs: v.object({ using: v.string(), main: v.string(), post: v.string() }),
});

export type ActionMetadata = v.InferOutput<typeof schema>;

export const metadataFile = join(root, 'action.yml');

export function readMetadata(text = readFileSync(metadataFile, 'utf8')): ActionMetadata {
  return v.parse(schema, parse(text));
}
