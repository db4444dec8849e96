// Words and numbers from outside, made fit for a line of ours. Pure.

/** On one line: line ends and other blanks become one blank each. */
export function singleLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The text's beginning, no character cut in two; an ellipsis stands for the rest. @param longest in UTF-16 units */
export function truncate(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** Folded and clipped. @param longest in UTF-16 units */
export function toSingleLine(text: string, longest = 300): string {
  return truncate(singleLine(text), longest);
}

/** A value for a message: its bounds and invisible characters shown, its rest left out. */
export function quote(value: string): string {
  return JSON.stringify(truncate(value, 80));
}

/** Such as: 1 more line; 2 more lines */
export function pluralize(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
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
