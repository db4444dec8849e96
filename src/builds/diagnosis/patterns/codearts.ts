// Reads what CodeArts itself says about a step that failed.

/** CodeArts' error code. */
const code = /\bDEV\.CB\.\d+\b/;
const words = /(?:^\[?DEV\.CB\.\d+\]?[,:：，]?\s*|\b[Ee]rror ?[Mm]essage: )(?<message>\S.*)$/;

/** Such as DEV.CB.0210043; empty when the line has none. */
export function codeIn(line: string): string {
  return code.exec(line)?.[0] ?? '';
}

/** CodeArts' words without its code. */
export function wordsIn(line: string): string {
  return words.exec(line)?.groups?.['message'] ?? line;
}
