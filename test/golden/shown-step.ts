// Renders a step's output as GitHub's web page shows it, as readable text: groups are open and indented, annotations
// have their place, escape codes are visible, and long blocks of similar lines are omitted.

import { LogView, type ShownLine } from '../runner/log-view.ts';

const words: Partial<Record<ShownLine['kind'], string>> = {
  error: 'Error: ',
  warning: 'Warning: ',
  notice: 'Notice: ',
  debug: 'Debug: ',
};
const longestLine = 240;
const dullLine = /Tests run: \d{10}, Failures/;

/** @param stdout what the step printed, commands included */
export function shownStep(stdout: string): string[] {
  const view = new LogView();
  const lines: string[] = [];
  let indent = '';
  let dull = 0;
  for (const line of stdout.replace(/\n$/, '').split('\n')) {
    const known = view.annotations.length;
    for (const shown of view.line(line)) {
      if (shown.kind === 'endgroup') indent = '';
      else if (shown.kind === 'group') lines.push(`▾ ${visible(shown.text)}`);
      else if (dullLine.test(shown.text) && ++dull > 2)
        lines.splice(-1, 1, `${indent}⋯ and ${dull - 1} lines like it`);
      else lines.push(`${indent}${words[shown.kind] ?? ''}${visible(shown.text)}${placeOf(view, known)}`);
      if (shown.kind === 'group') indent = '  │ ';
    }
  }
  for (const problem of view.runnerErrors) lines.push(`THE RUNNER COMPLAINS: ${problem}`);
  if (view.stopped) lines.push('COMMANDS ARE STILL OFF');
  return lines;
}

function placeOf(view: LogView, known: number): string {
  const annotation = view.annotations[known];
  if (!annotation || annotation.properties.size === 0) return '';
  return `  ⟨${[...annotation.properties].map(([name, value]) => `${name}=${value}`).join(', ')}⟩`;
}

/** Shows control characters as their Unicode pictures, and a long line as its beginning and its length. */
function visible(text: string): string {
  const shown = text.replace(/\p{Cc}/gu, (sign) =>
    sign === '\t'
      ? sign
      : sign === '\u007f' || sign > '\u007f'
        ? '�'
        : String.fromCodePoint(0x2400 + (sign.codePointAt(0) ?? 0)),
  );
  return shown.length > longestLine ? `${shown.slice(0, longestLine)}⋯ (${text.length} characters)` : shown;
}
