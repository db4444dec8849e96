// Text from outside as Markdown that shows it and does nothing else: no link, no image, no mention, no HTML, no row of
// a table that it was not given. For GitHub's flavour. Pure.

/** For a line of text or a cell of a table. Line ends become blanks. */
export function plain(text: string, longest = 300): string {
  return clip(text, longest)
    .replace(controls, ' ')
    .replace(/[&<>]/g, (sign) => entities[sign] ?? sign)
    .replace(/[\\`*_{}[\]()#+!|~^:$=-]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/[@]/g, '&#64;')
    .replace(/(?<=\w)\.(?=\w)|(?<=www)\./g, '&#46;')
    .trim();
}

/** As code within a line or a cell. */
export function code(text: string, longest = 300): string {
  const shown = clip(text, longest)
    .replace(controls, ' ')
    .replace(/[&<>]/g, (sign) => entities[sign] ?? sign)
    .replace(/[\\`*_{}[\]()#+!|~^:$=@.-]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .trim();
  return shown === '' ? '' : `<code>${shown}</code>`;
}

/** A block of code, whatever stands in it. */
export function block(lines: readonly string[]): string {
  const text = lines.map((line) => line.replace(controlsButTab, ' ')).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** A link; the bare text where the address is none that a browser may follow. */
export function link(text: string, address: string): string {
  if (!/^https?:\/\/[^\s<>"'()[\]\\`|]+$/.test(address)) return text;
  return `[${text}](${address})`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const controlsButTab = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function clip(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1).toWellFormed()}…` : text.toWellFormed();
}
