// Reads the input `parameters`, lines NAME=value or one JSON object, and checks it by the service's rules before any
// request. Values may be secrets, so that no problem shows one, or a line that may be a part of one.
// Source: later editions of the reference, `parameter` of the start call (names, lengths, names that are rejected).

import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';

export interface Parameter {
  readonly name: string;
  readonly value: string;
}

interface Given extends Parameter {
  /** From 1. */
  readonly line: number;
}

const maxNameLength = 128;
const maxValueLength = 8192;
const reservedNames = new Set([
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'PATH',
  'BASH_ENV',
  'GIT_SSH_COMMAND',
  'path',
]);

/**
 * The parameters in the order given. Each problem is one line that starts with `parameters:`; where there is one,
 * nothing may be sent. Lines: blank ones and those that start with `#` are skipped, a name is trimmed, a value is
 * kept as it is after the first `=`, but for the `\r` of a Windows line end. JSON: text that starts with `{`;
 * numbers, true and false count as the text they are written as.
 */
export function parseParameters(text: string): {
  readonly parameters: readonly Parameter[];
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const report = (problem: string) => problems.push(`parameters: ${problem}`);
  // What `toJSON(inputs)` gives for an event without inputs.
  if (text.trim() === 'null') return { parameters: [], problems };
  const all = text.trim().startsWith('{') ? fromJson(text, report) : fromLines(text, report);
  const firstLines = new Map<string, number>();
  const parameters: Parameter[] = [];
  for (const { name, value, line } of all) {
    const problem = problemOf(name, value) ?? problemOfRepeating(name, firstLines.get(name));
    if (problem !== undefined) report(`line ${line}: ${problem}`);
    else parameters.push({ name, value });
    if (!firstLines.has(name)) firstLines.set(name, line);
  }
  return { parameters, problems };
}

type Report = (problem: string) => void;

function fromLines(text: string, report: Report): readonly Given[] {
  return text.split('\n').flatMap((ending, index): Given[] => {
    const content = ending.endsWith('\r') ? ending.slice(0, -1) : ending;
    const start = content.trimStart();
    if (start === '' || start.startsWith('#')) return [];
    const equals = content.indexOf('=');
    if (equals < 0) {
      report(
        `line ${index + 1}: there is no "="; expected NAME=value, or one JSON object if a value has several lines`,
      );
      return [];
    }
    return [{ name: content.slice(0, equals).trim(), value: content.slice(equals + 1), line: index + 1 }];
  });
}

/** JSON.parse would hide duplicate names, change numbers such as 1.10, and quote the text in its errors. */
function fromJson(text: string, report: Report): readonly Given[] {
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { disallowComments: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report('line 1: the JSON is nested too deeply; expected one object of texts, numbers, true and false');
    return [];
  }
  const [fault] = errors;
  if (fault !== undefined) {
    const lines = text.slice(0, fault.offset).split(lineEnd);
    const column = (lines.at(-1)?.length ?? 0) + 1;
    const expected =
      expectations.get(printParseErrorCode(fault.error)) ??
      'a name or text in double quotes, a number, true or false';
    report(`line ${lines.length}, column ${column}: not valid JSON; expected ${expected}`);
    return [];
  }
  let line = 1;
  let offset = 0;
  return (root?.children ?? []).flatMap(({ offset: nextOffset, children: [key, value] = [] }): Given[] => {
    line += text.slice(offset, nextOffset).split(lineEnd).length - 1;
    offset = nextOffset;
    const name = String(key?.value);
    if (value?.type === 'string') return [{ name, value: String(value.value), line }];
    if (value?.type === 'number' || value?.type === 'boolean') {
      return [{ name, value: text.slice(value.offset, value.offset + value.length), line }];
    }
    const whose = isName(name) ? `the value of ${name}` : 'the value';
    const kind = value?.type === 'null' ? 'null' : `an ${value?.type}`;
    report(`line ${line}: ${whose} is ${kind}; expected text, a number, true or false`);
    return [];
  });
}

const lineEnd = /\r\n|\r|\n/;

/** What the JSON should have instead, by the name of the parser's error. */
const expectations: ReadonlyMap<string, string> = new Map([
  ['PropertyNameExpected', 'a name in double quotes, and no comma after the last value'],
  ['ColonExpected', '":"'],
  ['CommaExpected', '"," or a closing bracket'],
  ['CloseBraceExpected', '"," or a closing bracket'],
  ['CloseBracketExpected', '"," or a closing bracket'],
  ['EndOfFileExpected', 'nothing after the closing "}"'],
  ['UnexpectedEndOfString', 'a closing double quote in the same line; a line end within the text is \\n'],
  ['InvalidEscapeCharacter', 'a JSON escape such as \\n or \\\\'],
  ['InvalidUnicode', 'a JSON escape such as \\n or \\\\'],
  ['InvalidCharacter', '\\t or another escape for a control character'],
  ['InvalidCommentToken', 'no comment'],
]);

function isName(name: string): boolean {
  return name.length <= maxNameLength && /^\w+$/.test(name);
}

function problemOf(name: string, value: string): string | undefined {
  if (name === '') return 'the name is missing; expected NAME=value';
  // Not quoted: the line may be part of a secret, such as a key.
  if (!isName(name)) {
    return `the name is not valid; expected 1 to ${maxNameLength} letters, digits and "_"`;
  }
  if (reservedNames.has(name)) return `CodeArts rejects a parameter named ${name}; expected another name`;
  if (value.length <= maxValueLength) return undefined;
  return `the value of ${name} has ${value.length} characters; expected at most ${maxValueLength}`;
}

function problemOfRepeating(name: string, firstLine: number | undefined): string | undefined {
  if (firstLine === undefined) return undefined;
  return `${name} is set twice, first in line ${firstLine}; expected each name once`;
}
