// Defines paths of the repository. Reads and writes nothing.

import { join, resolve } from 'node:path';

/** The repository's top folder. */
export const root = resolve(import.meta.dirname, '..');

/** The built action. */
export const dist = join(root, 'dist');

/** A development tool's own script, to be run with `process.execPath`: works without a shell, on every system. */
export function toolScript(...parts: readonly string[]): string {
  return join(root, 'node_modules', ...parts);
}
