// Reads the places in files that errors name. The folder in which CodeArts builds is removed from paths, so that they
// read as in the repository: in the forms of published logs and of the service's documents, which mask it as `***`.

import type { MatchGroups } from './patterns/pattern.ts';

export interface Place {
  /** With `/`; below the workspace where `inWorkspace`, otherwise as the log names it. */
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
  /** The full name of the Java class, where the log names that instead of a path. */
  readonly type: string;
  /** The log named the file below the folder in which CodeArts builds, so that `file` begins at the repository's root. */
  readonly inWorkspace: boolean;
}

export interface LocatedError {
  readonly message: string;
  /** One or, of a stack trace, several; the most telling first. */
  readonly places: readonly Place[];
}

const segment = String.raw`[\w.@-]+`;
const parents = String.raw`(?:[A-Za-z]:)?(?:[\\/]${segment}){0,6}?`;
const folders = [
  // ***/ and ***//
  String.raw`\*\*\*`,
  // /opt/agent_N/workspace/j_X/, /devcloud/ws/XXXXX/workspace/j_X/, C:\…\workspace\j_X\, /c/…/workspace/j_X/
  String.raw`${parents}[\\/]workspace[\\/]j_\w+`,
  // …/job_UUID_MILLISECONDS/
  String.raw`${parents}[\\/]job_[0-9a-f-]{36}_\d+`,
  // /home/slaveN/workspace/X/, /devcloud/workspace/X/
  String.raw`(?:/home/slave\d*|/devcloud(?:/ws/\w+)?|/opt/agent_\w+)/workspace/[^/\s]+`,
].join('|');
const workspace = String.raw`(?<![\w*.@/\\-])(?:file:/{2,3}(?=[/*A-Za-z]))?(?:${folders})[\\/]+`;
const inText = new RegExp(workspace, 'g');
const atStart = new RegExp(`^${workspace}`);

/** The text with the files in it named as in the repository. */
export function withoutWorkspace(text: string): string {
  return text.replace(inText, '');
}

/** The path within the workspace; undefined when it is not in it. */
export function pathInWorkspace(path: string): string | undefined {
  const inside = path.replace(atStart, '');
  return inside === path ? undefined : inside;
}

export function toPlace({ file, line, column, type }: MatchGroups): Place | undefined {
  if (file === undefined || line === undefined) return undefined;
  const inside = pathInWorkspace(file);
  return {
    file: (inside ?? file).replaceAll('\\', '/'),
    line: Number(line),
    column: column === undefined ? undefined : Number(column),
    type: type ?? '',
    inWorkspace: inside !== undefined,
  };
}

/**
 * Returns each error with a place once. An error that is only near a place is left out where another one has it.
 * @param errors `ownPlace` is true where the line of the error itself names the place
 */
export function distinctErrors(
  errors: readonly (LocatedError & { readonly ownPlace: boolean })[],
): LocatedError[] {
  const seen = new Set<string>();
  const kept: LocatedError[] = [];
  for (const { message, places, ownPlace } of errors) {
    const [first] = places;
    if (!first) continue;
    const place = JSON.stringify([first.file, first.line, first.column]);
    const key = `${place} ${message}`;
    if (seen.has(ownPlace ? key : place)) continue;
    seen.add(place).add(key);
    kept.push({ message, places });
  }
  return kept;
}
