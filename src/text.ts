// Makes text from outside fit for one line: folds it, cuts it, and removes what would act on a terminal. Also writes
// counts and times for people, and suggests names that are like a mistyped one.

/** On one line, without what acts on a terminal; line ends and other blanks become one blank each. */
export function singleLine(text: string): string {
  return withoutControls(text).replace(/\s+/g, ' ').trim();
}

const esc = '\u001b';
const bell = '\u0007';
// Every alternative stops at the next control character, so that no text is searched twice. ECMA-48, chapters 5 and 8.
const terminalSequence = new RegExp(
  [
    `(?:${esc}\\[|\u009b)[0-?]*[ -/]*[@-~]`, // colours, cursor, clearing
    `(?:${esc}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])\\P{Cc}*(?:${bell}|${esc}\\\\|\u009c)`, // titles, links, clipboard
    `${esc}[ -/]*[0-~]`,
  ].join('|'),
  'gu',
);
/** Control characters, and those that change the direction of text. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;
const controlsInLines = /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** Without colours and other sequences for a terminal. */
export function withoutTerminalSequences(text: string): string {
  return text.replace(terminalSequence, '');
}

/** Without sequences for a terminal, control and bidirectional characters: each run of them becomes one blank. */
export function withoutControls(text: string): string {
  return withoutTerminalSequences(text).replace(controls, ' ');
}

/** Removes terminal sequences and control characters, but no tabs and line ends. */
export function withoutControlsInLines(text: string): string {
  return withoutTerminalSequences(text).replace(controlsInLines, ' ');
}

/** A control character other than a tab and a line end. As one class it takes a third of the time of a lookahead. */
const actsOnTerminal = /[^\P{Cc}\t\n]/u;
const sequenceOrControl = new RegExp(`${terminalSequence.source}|${actsOnTerminal.source}`, 'gu');
const colour = new RegExp(`^${esc}\\[[\\d;:]*m$`);
const reset = `${esc}[0m`;

/**
 * Lines of a log as they may be printed: text, tabs and colours stay, all other sequences and control characters are
 * removed. A line whose colours are still on at its end gets a reset.
 */
export function printableLines(lines: string): string {
  if (!actsOnTerminal.test(lines)) return lines;
  const printable = lines.replace(sequenceOrControl, (found) => (colour.test(found) ? found : ''));
  return printable.includes(esc) ? printable.split('\n').map(withColoursReset).join('\n') : printable;
}

function withColoursReset(line: string): string {
  const last = line.lastIndexOf(esc);
  if (last === -1) return line;
  const parameters = line.slice(last + 2, line.indexOf('m', last));
  return /(?:^|[;:])0*$/.test(parameters) ? line : line + reset;
}

/** The text's beginning, no character cut in two; an ellipsis replaces the rest. @param maxLength in UTF-16 units */
export function truncate(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** Folded and cut. @param maxLength in UTF-16 units */
export function toSingleLine(text: string, maxLength = 300): string {
  return truncate(singleLine(text), maxLength);
}

const maxQuoteLength = 80;

/**
 * A value for a message, with its bounds and invisible characters shown. A longer one only by its length: GitHub can't
 * mask a part of a secret that was given to the wrong input.
 */
export function quote(value: string): string {
  return value.length > maxQuoteLength ? `a text of ${value.length} characters` : JSON.stringify(value);
}

/** For a name at the beginning of a sentence. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Returns the message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Such as: 1 more line; 2 more lines */
export function pluralize(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Names at most so many, such as: core, client and 3 more */
export function firstOf(names: readonly string[], max: number): string {
  const more = names.length - max;
  return `${names.slice(0, max).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Without the run of `character` that it ends in. No regular expression: those take a second for a long line of it. */
export function trimEndChar(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end -= 1;
  return text.slice(0, end);
}

/** `seconds` as "8 s", "2 min 5 s" or "1 h 3 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A comparison takes as many steps as the names' lengths multiplied: so many in all take some tenths of a second. */
const maxSteps = 4_000_000;

/** The known names that a mistyped one may have meant: at most three, the nearest first. */
export function similarNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase();
  const maxDistance = Math.max(2, Math.floor(name.length / 3));
  return [...new Set(known)]
    .filter(({ length }) => Math.abs(length - name.length) <= maxDistance)
    .slice(0, Math.ceil(maxSteps / (name.length + 1) ** 2))
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= maxDistance)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Levenshtein: how many characters must be put in, taken out or changed to make one text of the other. */
export function editDistance(a: string, b: string): number {
  const others = [...b];
  let row = [...others.keys(), others.length];
  let distance = others.length;
  for (const [line, one] of [...a].entries()) {
    let diagonal = line;
    row = row.map((above, column) => {
      const changed = diagonal + (others[column - 1] === one ? 0 : 1);
      diagonal = above;
      distance = column === 0 ? line + 1 : Math.min(changed, above + 1, distance + 1);
      return distance;
    });
  }
  return distance;
}
