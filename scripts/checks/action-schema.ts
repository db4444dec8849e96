// Checks action.yml with the schema and parser of GitHub's own editor tools, and that its entry files exist. The meaning of
// the inputs is not checked.

import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { metadataFile, readMetadata } from '../action-metadata.ts';
import { root } from '../paths.ts';
import type { Check } from './check.ts';

export const actionSchema: Check = {
  name: "action.yml is valid to GitHub's schema",
  problems: async () => {
    const text = readFileSync(metadataFile, 'utf8');
    const faults = await schemaFaults(text);
    return faults.length > 0 ? faults : missingEntries(text);
  },
};

/** What GitHub's schema finds wrong with an action.yml. */
export async function schemaFaults(text: string): Promise<readonly string[]> {
  const { parseAction, convertActionTemplate, NoOperationTraceWriter } = await loadParser();
  const { context, value } = parseAction({ name: 'action.yml', content: text }, new NoOperationTraceWriter());
  if (value) convertActionTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

/** The package imports JSON without the attribute that Node asks for: it is made for bundlers. */
async function loadParser() {
  const hooks = registerHooks({
    resolve: (specifier, context, nextResolve) => {
      const found = nextResolve(specifier, context);
      return found.url.endsWith('.json') ? { ...found, importAttributes: { type: 'json' } } : found;
    },
  });
  try {
    const { parseAction, convertActionTemplate } = await import('@actions/workflow-parser/actions/index');
    const { NoOperationTraceWriter } = await import('@actions/workflow-parser/templates/trace-writer');
    return { parseAction, convertActionTemplate, NoOperationTraceWriter };
  } finally {
    hooks.deregister();
  }
}

function missingEntries(text: string): readonly string[] {
  const { runs } = readMetadata(text);
  const missing = [runs.main, runs.post].filter((path) => !existsSync(join(root, path)));
  return missing.map((path) => `action.yml names ${path}, which is not there: run npm run build.`);
}
