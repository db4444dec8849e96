// Redacts secrets in every encoding in which they can appear in a text: as they are, and as shells, URLs, JSON, HTML and
// base64 write them. These are the encodings that GitHub's runner masks by itself (actions/runner, ValueEncoders.cs), and
// some that it does not know: lower-case hex in URLs, form encoding, numeric HTML entities, `\u` escapes, hex.

import { singleLine } from '../text.ts';

/** Shorter texts occur in many words and numbers: masking them would make the log unreadable and hide nothing. */
export const shortestSecret = 4;
/** Base64 of fewer bytes occurs in other text by chance. */
const shortestBase64Bytes = 6;

const replacement = '***';

/** Keeps texts to redact, in every form. A search takes much the same time however many there are. */
export class Secrets {
  readonly #forms = new Set<string>();
  /** The forms in the order of their characters; undefined until they are searched again. */
  #sorted: readonly string[] | undefined;
  /** Whether a form may begin with three characters, by `startAt`. */
  readonly #starts = new Uint8Array(0x10000);
  #longest = 0;

  /** @returns all forms of the secret that have at least `shortest` characters, four or more */
  add(secret: string, shortest = shortestSecret): ReadonlySet<string> {
    const forms = secretForms(secret, shortest);
    for (const form of forms) {
      this.#forms.add(form);
      this.#starts[startAt(form, 0)] = 1;
      this.#longest = Math.max(this.#longest, form.length);
    }
    this.#sorted = undefined;
    return forms;
  }

  /**
   * Replaces every known secret, and the beginning of one before the ellipsis of a text that was cut. Secrets that
   * overlap or follow each other become one replacement, as in the runner's log.
   */
  redact(given: string): string {
    if (this.#longest === 0) return given;
    const text = this.redactCut(given);
    let redacted = '';
    let copied = 0;
    for (let at = 0; at < text.length; at += 1) {
      let end = at + this.#matchAt(text, at);
      if (end === at) continue;
      for (let next = at + 1; next <= end; next += 1) end = Math.max(end, next + this.#matchAt(text, next));
      redacted += text.slice(copied, at) + replacement;
      copied = end;
      at = end;
    }
    return redacted + text.slice(copied);
  }

  /** Redacts only beginnings of secrets before an ellipsis: where the runner masks whole secrets, it misses them. */
  redactCut(text: string): string {
    if (this.#longest === 0 || !text.includes('…')) return text;
    return text
      .split('…')
      .map((part, index, { length }) => (index < length - 1 ? this.#withoutBeginningAtEnd(part) : part))
      .join('…');
  }

  #withoutBeginningAtEnd(text: string): string {
    for (let at = Math.max(0, text.length - this.#longest); at <= text.length - shortestSecret; at += 1) {
      if (this.#starts[startAt(text, at)] === 0) continue;
      const end = text.slice(at);
      const count = this.#countUpTo(text, at, text.length);
      if (this.#inOrder[count - 1] === end || this.#inOrder[count]?.startsWith(end)) {
        return text.slice(0, at) + replacement;
      }
    }
    return text;
  }

  /**
   * Says where to cut a text so that no known secret is cut in two: at `at`, or before the secret that lies across it; after
   * that secret where the text begins with it.
   */
  cutBefore(text: string, at: number): number {
    let cut = at;
    let start = Math.max(0, cut - this.#longest + 1);
    while (start < cut) {
      const end = start + this.#matchAt(text, start);
      if (end <= cut) start += 1;
      else if (start === 0) return end;
      else {
        cut = start;
        start = Math.max(0, cut - this.#longest + 1);
      }
    }
    return cut;
  }

  /** The length of the longest form that begins there; 0: none does. */
  #matchAt(text: string, at: number): number {
    if (this.#starts[startAt(text, at)] === 0) return 0;
    let end = Math.min(at + this.#longest, text.length);
    while (end - at >= shortestSecret) {
      // Sorted, the forms that the text begins with come before it, and each form between one of these and the text
      // begins with it too.
      const form = this.#inOrder[this.#countUpTo(text, at, end) - 1] ?? '';
      const length = commonLength(form, text, at, end);
      if (length === form.length) return length;
      end = at + length;
    }
    return 0;
  }

  /** Counts the forms that sort before the text between these places, or equal it. Copying that text would take longer. */
  #countUpTo(text: string, at: number, end: number): number {
    const forms = this.#inOrder;
    let [from, to] = [0, forms.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const form = forms[middle] ?? '';
      const length = commonLength(form, text, at, end);
      const isLonger = at + length === end && length < form.length;
      if (isLonger || form.charCodeAt(length) > text.charCodeAt(at + length)) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  get #inOrder(): readonly string[] {
    this.#sorted ??= [...this.#forms].sort();
    return this.#sorted;
  }
}

/** A number for the three characters there; different ones may share it. */
function startAt(text: string, at: number): number {
  return (text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 5) ^ (text.charCodeAt(at + 2) << 9)) & 0xffff;
}

/** Counts the characters that the form and the text between these places begin with alike. */
function commonLength(form: string, text: string, at: number, end: number): number {
  const most = Math.min(form.length, end - at);
  let length = 0;
  while (length < most && form.charCodeAt(length) === text.charCodeAt(at + length)) length += 1;
  return length;
}

/** Lists the forms of the secret, and of each of its lines, that are long enough. Blanks alone have none. */
function secretForms(secret: string, shortest: number): ReadonlySet<string> {
  const values = [secret, ...secret.split(/\r\n|\r|\n/)]
    // A shell that expands an unquoted variable trims the value and folds its blanks.
    .flatMap((value) => [value, value.trim(), singleLine(value)])
    .filter((value) => value.trim().length >= shortest);
  return new Set([...new Set(values)].flatMap(encodings).filter((form) => form.length >= shortest));
}

function encodings(value: string): readonly string[] {
  // Half a surrogate pair has no UTF-8, and so no encoding.
  const text = value.toWellFormed();
  return [
    value,
    ...shellForms(text),
    ...urlForms(text),
    ...jsonForms(text),
    ...htmlForms(text),
    ...byteForms(Buffer.from(text)),
  ];
}

function shellForms(value: string): readonly string[] {
  const isQuoted = value.length > 8 && value.startsWith('"') && value.endsWith('"');
  return [
    value.replaceAll('"', '\\"'),
    value.replaceAll("'", "''"),
    ...(isQuoted ? [value.slice(1, -1)] : []),
    ...aroundAmpersand(value),
  ];
}

/** PowerShell's error messages print the texts before and after an ampersand separately. */
function aroundAmpersand(value: string): readonly string[] {
  const plus = value.indexOf('&+');
  const last = value.lastIndexOf('&');
  if (last === -1) return [];
  const parts =
    plus === -1
      ? [value.slice(0, last + 1), value.slice(last + 1)]
      : // The character after "&+" is coloured, and so apart from the rest.
        [value.slice(0, plus + 2), value.slice(plus + 3)];
  return parts.filter((part) => part.length >= 6);
}

function urlForms(value: string): readonly string[] {
  const component = encodeURIComponent(value);
  const strict = component.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  return [component, strict, form, encodeURI(value)].flatMap((text) => [
    text,
    text.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
  ]);
}

function jsonForms(value: string): readonly string[] {
  const json = inJson(value);
  const escaped = [
    json.replace(/[<>&]/g, unicodeEscape), // Go
    json.replace(/[^ -~]/g, unicodeEscape), // Python
    json.replaceAll('/', '\\/').replace(/[^ -~]/g, unicodeEscape), // PHP
    json.replaceAll('\\"', '\\u0022').replace(/[^ -~]|[<>&'+`]/g, unicodeEscape), // .NET
    value.replace(/[\s\S]/g, unicodeEscape),
  ].flatMap((text) => [text, text.replace(/\\u[\da-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`)]);
  return [json, inJson(json), ...escaped];
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function htmlForms(value: string): readonly string[] {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return ['"', '&quot;', '&#34;'].flatMap((double) =>
    ["'", '&apos;', '&#39;', '&#x27;'].map((single) => text.replaceAll('"', double).replaceAll("'", single)),
  );
}

/**
 * Hex and base64. Base64 writes three bytes as four characters: if a secret is inside a longer text, its beginning falls
 * on one of three alignments, and only the groups that hold nothing but the secret are known.
 */
function byteForms(bytes: Buffer): readonly string[] {
  const inside = [0, 1, 2]
    .map((offset) => bytes.subarray(offset))
    .flatMap((rest) => [rest, rest.subarray(0, rest.length - (rest.length % 3))])
    .filter(({ length }) => length >= shortestBase64Bytes);
  const base64 = [
    bytes.toString('base64'),
    ...inside.map((part) => part.toString('base64').replace(/=+$/, '')),
  ];
  const base64url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const hex = bytes.toString('hex');
  return [...base64, ...base64url, hex, hex.toUpperCase()];
}
