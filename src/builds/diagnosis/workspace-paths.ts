// Removes the folder in which CodeArts builds from the paths in a log, so that they read as in the repository.
// The forms are those of published logs and of the service's documents; the service masks its own folder as `***`.

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
