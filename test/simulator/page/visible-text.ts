/** Makes control characters in remote text visible and drops colours. It does not escape HTML. */

const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const unseen = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const names: Readonly<Record<string, string>> = { '\b': 'BS', '\r': 'CR', '\u0007': 'BEL', '\u001b': 'ESC' };

/** Keeps line ends and tabs; shows other control characters by name or code point: `⟨CR⟩`, `⟨U+202E⟩`. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(colours, '').replaceAll(unseen, shown);
}

function shown(character: string): string {
  if (character === '\n' || character === '\t') return character;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `⟨${names[character] ?? `U+${code}`}⟩`;
}
