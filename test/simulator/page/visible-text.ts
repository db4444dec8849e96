/**
 * Remote text made fit to be looked at: colours dropped, everything else that is not to be seen made visible.
 * Pure. Refuses to know HTML; the views escape.
 */

const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const unseen = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const names: Readonly<Record<string, string>> = { '\b': 'BS', '\r': 'CR', '\u0007': 'BEL', '\u001b': 'ESC' };

/** Line ends and tabs stay; of the others the name is shown, or the code point: `⟨CR⟩`, `⟨U+202E⟩`. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(colours, '').replaceAll(unseen, shown);
}

function shown(character: string): string {
  if (character === '\n' || character === '\t') return character;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `⟨${names[character] ?? `U+${code}`}⟩`;
}
