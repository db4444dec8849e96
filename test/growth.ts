// Measures how the time that a function takes grows with the length of its text.

/** So long that a number of steps that grows with the square of it takes a tenth of a second. */
const long = 16_000;
const short = long / 8;
/** Above this, time is not in proportion to the length. */
export const mostGrowth = 24;

/** What a line of an attacker may be full of. */
export const fillers: readonly string[] = [
  ...[
    'a',
    ' ',
    '.',
    ':',
    '::',
    '/',
    '\\',
    '-',
    ' - ',
    '(',
    ')',
    '[',
    ']',
    '"',
    "'",
    '> ',
    ' > ',
    '|',
    '1',
    '*',
    '$',
  ],
  ...[
    'a.',
    'a/',
    'a: ',
    'a b ',
    '(1',
    ' [',
    ' in ',
    '->',
    'A.a:1',
    ' ERROR',
    'Error',
    'x::y',
    '\t',
    '»',
    '错误: ',
  ],
  ...['/workspace', '/a\\', '***/', '[a:', '] : ', '\u001b[', '\u001b]'],
];

function milliseconds(run: (line: string) => unknown, line: string): number {
  const started = performance.now();
  run(line);
  return performance.now() - started;
}

/**
 * How many times as long a line of eight times the length takes: about 8 where time is linear, 64 where quadratic.
 * A busy machine can only make a run slower, so the fastest run of each length counts, of as many as a bad figure needs
 * to become a good one. Two milliseconds are far less than what the square of 16,000 steps takes: below them there is
 * nothing to compare.
 */
export function growth(run: (line: string) => unknown, lineOf: (length: number) => string): number {
  // A tenth of a second for 2,000 characters: the long line might take hours.
  if (milliseconds(run, lineOf(short)) > 100 && milliseconds(run, lineOf(short)) > 100) return short;
  let [longest, shortest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let count = 0; count < 20 || (count < 80 && longest / shortest >= mostGrowth); count += 1) {
    longest = Math.min(longest, milliseconds(run, lineOf(long)));
    if (longest < 2) return 1;
    shortest = Math.min(shortest, milliseconds(run, lineOf(short)));
  }
  return longest / shortest;
}
