// Where CodeArts' machines build: of a file's path, the part that means nothing to anyone. Seen live. Pure.

const folder = String.raw`/home/slave/workspace/[^/\s]+/`;
const inText = new RegExp(`(?:file://)?${folder}`, 'g');
const atStart = new RegExp(`^${folder}`);

/** The text with the files in it named as in the repository. */
export function withoutBuildFolders(text: string): string {
  return text.replace(inText, '');
}

/** The path within the build's folder; the path itself where it is not in one. */
export function withoutBuildFolder(path: string): string {
  return path.replace(atStart, '');
}
