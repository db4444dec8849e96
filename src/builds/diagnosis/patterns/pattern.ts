// Defines what a pattern is, and the building blocks that the lists of patterns share.

interface LinePattern {
  /** What the line is, such as "tsc error"; no two patterns share a name. */
  readonly name: string;
  /**
   * Must take linear time on any line: anchored, or starting with a literal, and never two unbounded parts that can
   * match the same text.
   */
  readonly expression: RegExp;
  /** What the next lines are about. */
  readonly opens?: Section;
}

/**
 * A line that is an error. Groups of its expression, all optional: `message` (without it, the whole line), `file`, `line`,
 * `column`, `test` and `suite` (the failing test that the next errors are about).
 */
export interface ErrorPattern extends LinePattern {
  readonly weight: Weight;
  /** Lines that fit the expression and are no error. */
  readonly except?: RegExp;
  /** The pattern counts only in the few lines after one that opened this section. */
  readonly needs?: Section;
  /** Replaces an earlier reason of the same weight; without it, the first one stays. */
  readonly supersedes?: true;
  /** It is the message of the error before, which named only the place. */
  readonly completes?: true;
}

/**
 * A line that is no error itself, but says where the error before or after it is, or what the next lines are about.
 * Groups, all optional: `file`, `line`, `column`, and `type`, the full name of a Java class.
 */
export interface ContextPattern extends LinePattern {
  /** The position of the line: before the error that it belongs to, or after it. */
  readonly position: 'before' | 'after';
}

/**
 * The line of the highest weight is the reason.
 *
 * - 60: a compiler or linter names file, line and error
 * - 55: a failing test with its message
 * - 50: a tool states what is wrong
 * - 40: an exception, or an error with its message
 * - 30: an error that may be the consequence of another one
 * - 20: says little more than that a command failed
 * - 10: says that the build failed
 */
export type Weight = 60 | 55 | 50 | 40 | 30 | 20 | 10;

/** What the lines before a line were about. `file`: the next errors are in this file. */
export type Section =
  | 'test'
  | 'file'
  | 'traceback'
  | 'panic'
  | 'gradle'
  | 'cmake'
  | 'arkts'
  | 'symfony'
  | 'assertion';

/** What the groups of an expression matched, by their names. */
export type MatchGroups = Readonly<Partial<Record<string, string>>>;

/** In a list of patterns, the first one that fits a line is taken. */
export type Pattern = ErrorPattern | ContextPattern;

export function error(
  weight: Weight,
  name: string,
  expression: RegExp,
  options: Omit<ErrorPattern, 'weight' | 'name' | 'expression'> = {},
): ErrorPattern {
  return { weight, name, expression, ...options };
}

/** A line before the error that it belongs to. */
export function before(
  name: string,
  expression: RegExp,
  options: Pick<ContextPattern, 'opens'> = {},
): ContextPattern {
  return { position: 'before', name, expression, ...options };
}

/** A line after the error that it belongs to. */
export function after(name: string, expression: RegExp): ContextPattern {
  return { position: 'after', name, expression };
}

/** Builds an expression from text and the parts below. */
export function re(strings: TemplateStringsArray, ...parts: readonly string[]): RegExp {
  return new RegExp(String.raw(strings, ...parts));
}

const path = String.raw`(?:/?[A-Za-z]:)?[^\s:()\[\]"'<>|,;]+`;
const extensions =
  'java|kts?|scala|sc|groovy|gradle|tsx?|jsx?|mts|mjs|cts|cjs|vue|svelte|ets|c|cc|cpp|cxx|h|hh|hpp|m|mm|s|S|go|rs|py|pyi|rb|php|cs|fs|vb|swift|f90|dart|html';
/** A source file, with or without folders. */
export const file = `(?<file>${path}\\.(?:${extensions}))`;
/** A file of any kind. */
export const anyFile = `(?<file>${path})`;
export const line = String.raw`(?<line>\d+)`;
export const column = String.raw`(?<column>\d+)`;
export const message = String.raw`(?<message>\S.*)`;
