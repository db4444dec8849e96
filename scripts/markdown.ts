// Reads tables and code blocks of a Markdown text. Pure.

export interface Table {
  /** Headings in lower case. */
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function readTables(text: string): readonly Table[] {
  const blocks = withoutCode(text).match(/(?:^\|.*\|[ \t]*$\n?)+/gm) ?? [];
  return blocks.map((block) => {
    const [head = [], , ...rows] = block.trimEnd().split('\n').map(cells);
    return { headings: head.map((heading) => heading.toLowerCase()), rows };
  });
}

/** The contents of fenced blocks of one language. */
export function codeBlocks(text: string, language: string): readonly string[] {
  const fences = text.matchAll(/^```(\w*)[^\n]*\n(.*?)^```/gms);
  return [...fences].filter(([, name]) => name === language).map(([, , code]) => code ?? '');
}

/** The texts in backticks. */
export function codeSpans(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');
}

function withoutCode(text: string): string {
  return text.replace(/^```.*?^```/gms, '');
}

function cells(row: string): readonly string[] {
  const inner = row.trim().replace(/^\||\|$/g, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|').trim());
}
