// Reads one flat JSON object and remembers where each member stands, which JSON.parse does not: its errors have no
// line, and echo the text, which may be a secret; of members with the same name it keeps one without a word.
// Descends into nothing: arrays and objects are told as such. Source: RFC 8259.

export interface JsonMember {
  readonly name: string;
  /** Line of the name, from 1. */
  readonly line: number;
  readonly kind: 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';
  /** A string's content; a number, true or false as written, so that 1.10 stays 1.10. Empty for the others. */
  readonly text: string;
}

/** Where the text stops being JSON, counted from 1, and what should have stood there. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
}

/** Every member in its order, the same name as often as it is given; or the first fault. */
export function readJsonObject(text: string): readonly JsonMember[] | JsonFault {
  try {
    return new Reader(text).object();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const before = text.slice(0, error.at).split('\n');
    return { line: before.length, column: (before.at(-1) ?? '').length + 1, expected: error.expected };
  }
}

class Fault extends Error {
  readonly at: number;
  readonly expected: string;

  constructor(at: number, expected: string) {
    super(expected);
    this.at = at;
    this.expected = expected;
  }
}

// A string without its closing quote: everything from blank upwards but quote and backslash, and the escapes.
const openString = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/uy;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literal = /true|false|null/y;
const blanks = /[ \t\n\r\uFEFF]*/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  object(): readonly JsonMember[] {
    const members: JsonMember[] = [];
    if (!this.#skip('{')) throw this.#fault('"{"');
    if (!this.#skip('}')) {
      do members.push(this.#member());
      while (this.#skip(','));
      if (!this.#skip('}')) throw this.#fault('"," or "}"');
    }
    this.#take(blanks);
    if (this.#at < this.#text.length) throw this.#fault('nothing after the closing "}"');
    return members;
  }

  #member(): JsonMember {
    this.#take(blanks);
    const line = this.#text.slice(0, this.#at).split('\n').length;
    const name = this.#string();
    if (name === undefined) throw this.#fault('a name in double quotes');
    if (!this.#skip(':')) throw this.#fault('":"');
    this.#take(blanks);
    return { name, line, ...this.#value() };
  }

  #value(): Pick<JsonMember, 'kind' | 'text'> {
    const opening = this.#text[this.#at];
    if (opening === '[' || opening === '{') {
      this.#nested();
      return { kind: opening === '[' ? 'array' : 'object', text: '' };
    }
    const content = this.#string();
    if (content !== undefined) return { kind: 'string', text: content };
    const digits = this.#take(number);
    if (digits !== undefined) return { kind: 'number', text: digits };
    const word = this.#take(literal);
    if (word === 'null') return { kind: 'null', text: '' };
    if (word !== undefined) return { kind: 'boolean', text: word };
    throw this.#fault('text in double quotes, a number, true or false');
  }

  /** Passes over an array or object by its brackets alone, in a loop: however deep it is, it is refused anyway. */
  #nested(): void {
    let depth = 0;
    do {
      const character = this.#text[this.#at];
      if (character === undefined) throw this.#fault('a closing bracket');
      if (this.#string() !== undefined) continue;
      if (character === '[' || character === '{') depth++;
      if (character === ']' || character === '}') depth--;
      this.#at++;
    } while (depth > 0);
  }

  #string(): string | undefined {
    const open = this.#take(openString);
    if (open === undefined) return undefined;
    const next = this.#text[this.#at];
    if (next === undefined) throw this.#fault('a closing double quote');
    if (next === '\\') throw this.#fault('an escape that JSON has, such as \\n or \\\\');
    if (next !== '"') throw this.#fault('\\n, \\t or another escape for a line end or control character');
    this.#at++;
    return String(JSON.parse(`${open}"`));
  }

  #skip(mark: string): boolean {
    this.#take(blanks);
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    this.#at += match?.length ?? 0;
    return match;
  }

  #fault(expected: string): Fault {
    return new Fault(this.#at, expected);
  }
}
