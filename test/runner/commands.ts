// Parses commands in a line of a step's output as GitHub's runner does: `::name key=v::data` after leading spaces, and
// `##[name key=v]data` anywhere in the line. log-view.ts executes them.
// After actions/runner, src/Runner.Common/ActionCommand.cs.

export interface Command {
  /** As it was written; the runner ignores case in names. */
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

/** Unescapes in this order: `%25` is last, so that `%250A` becomes the text `%0A`. */
const dataEscapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
] as const;
const propertyEscapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
] as const;
const bracketEscapes = [
  ['%3B', ';'],
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%5D', ']'],
  ['%25', '%'],
] as const;

/** @param isKnown whether a name, in lower case, is a command now; a stop token is one while commands are stopped */
export function parseCommand(line: string, isKnown: (name: string) => boolean): Command | undefined {
  return parseColons(line, isKnown) ?? parseBracket(line, isKnown);
}

function parseColons(line: string, isKnown: (name: string) => boolean): Command | undefined {
  // .NET's TrimStart also removes U+0085.
  const message = line.replace(/^[\s\u0085]+/, '');
  if (!message.startsWith('::')) return undefined;
  const end = message.indexOf('::', 2);
  if (end < 0) return undefined;
  const { name, rest } = splitInfo(message.slice(2, end));
  if (!isKnown(name.toLowerCase())) return undefined;
  return {
    name,
    properties: readProperties(rest.trim(), ',', propertyEscapes),
    data: unescaped(message.slice(end + 2), dataEscapes),
  };
}

function parseBracket(line: string, isKnown: (name: string) => boolean): Command | undefined {
  const start = line.indexOf('##[');
  if (start < 0) return undefined;
  const end = line.indexOf(']', start);
  if (end < 0) return undefined;
  const { name, rest } = splitInfo(line.slice(start + 3, end));
  if (!isKnown(name.toLowerCase())) return undefined;
  return {
    name,
    properties: readProperties(rest, ';', bracketEscapes),
    data: unescaped(line.slice(end + 1), bracketEscapes),
  };
}

function splitInfo(info: string): { name: string; rest: string } {
  const space = info.indexOf(' ');
  return space < 0 ? { name: info, rest: '' } : { name: info.slice(0, space), rest: info.slice(space + 1) };
}

type Escapes = readonly (readonly [escaped: string, plain: string])[];

function readProperties(text: string, separator: string, escapes: Escapes): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const part of text.split(separator)) {
    const equals = part.indexOf('=');
    if (equals > 0 && equals < part.length - 1) {
      properties.set(part.slice(0, equals).toLowerCase(), unescaped(part.slice(equals + 1), escapes));
    }
  }
  return properties;
}

function unescaped(text: string, escapes: Escapes): string {
  return escapes.reduce((done, [escaped, plain]) => done.replaceAll(escaped, plain), text);
}
