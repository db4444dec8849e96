// Lists the encodings in which a secret can appear in a text: as it is, and as shells, URLs, JSON, HTML and base64
// write it. These are the encodings that GitHub's runner masks by itself (actions/runner, ValueEncoders.cs), and some
// that it does not know: lower-case hex in URLs, form encoding, numeric HTML entities, `\u` escapes, hex.

import { singleLine } from '../text.ts';

/** Base64 of fewer bytes occurs in other text by chance. */
const shortestBase64Bytes = 6;

/**
 * Every distinct form of the secret, and of each of its lines, that has at least `shortest` UTF-16 units. A secret of
 * blanks alone has none.
 */
export function secretForms(secret: string, shortest: number): ReadonlySet<string> {
  const values = new Set([secret, ...secret.split(/\r\n|\r|\n/)].flatMap(blankVariants));
  const forms = new Set<string>();
  for (const value of values) {
    if (value.trim().length < shortest) continue;
    for (const form of encodings(value)) if (form.length >= shortest) forms.add(form);
  }
  return forms;
}

/** A shell that expands an unquoted variable trims the value and folds its blanks. */
function blankVariants(value: string): readonly string[] {
  return [value, value.trim(), singleLine(value)];
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
    ...byteForms(text),
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
  const strict = component.replace(/[!'()*]/g, percentEncode);
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  const upper = [component, strict, form, encodeURI(value)];
  return upper.flatMap((text) => [text, text.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase())]);
}

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function jsonForms(value: string): readonly string[] {
  const json = inJson(value);
  const escaped = [
    json.replace(/[<>&]/g, unicodeEscape), // Go
    json.replace(/[^ -~]/g, unicodeEscape), // Python
    json.replaceAll('/', '\\/').replace(/[^ -~]/g, unicodeEscape), // PHP
    json.replaceAll('\\"', '\\u0022').replace(/[^ -~]|[<>&'+`]/g, unicodeEscape), // .NET
    value.replace(/[\s\S]/g, unicodeEscape),
  ];
  return [json, inJson(json), ...escaped.flatMap((text) => [text, text.replace(/\\u[\da-f]{4}/g, upperHex)])];
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function upperHex(code: string): string {
  return `\\u${code.slice(2).toUpperCase()}`;
}

const doubleQuotes = ['"', '&quot;', '&#34;'];
const singleQuotes = ["'", '&apos;', '&#39;', '&#x27;'];

function htmlForms(value: string): readonly string[] {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return doubleQuotes.flatMap((double) =>
    singleQuotes.map((single) => text.replaceAll('"', () => double).replaceAll("'", () => single)),
  );
}

function byteForms(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  return [...base64Forms(bytes), hex, hex.toUpperCase()];
}

/**
 * Base64 writes three bytes as four characters. If a secret is inside a longer text, its beginning falls on one
 * of three alignments, and only the groups that hold nothing but the secret are known.
 */
function base64Forms(bytes: Buffer): readonly string[] {
  const padded = bytes.toString('base64');
  const inside = [0, 1, 2].flatMap((offset) => {
    const rest = bytes.subarray(offset);
    const groups = rest.subarray(0, rest.length - (rest.length % 3));
    return [rest, groups].filter(({ length }) => length >= shortestBase64Bytes);
  });
  const standard = [padded, ...inside.map((part) => part.toString('base64').replace(/=+$/, ''))];
  return [...standard, ...standard.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}
