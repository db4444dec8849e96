// Formats the lines of a step for a terminal like GitHub's web page: groups are open and indented, annotations have a
// label. Writes nothing.

import { styleText } from 'node:util';
import type { ShownKind, ShownLine } from './log-view.ts';

const words: Partial<Record<ShownKind, string>> = {
  error: 'Error: ',
  warning: 'Warning: ',
  notice: 'Notice: ',
  debug: 'Debug: ',
};
const colours = { error: 'red', warning: 'yellow', notice: 'cyan', debug: 'gray' } as const;

export class TerminalView {
  readonly #colour: boolean;
  #inGroup = false;

  constructor(options: { readonly colour: boolean }) {
    this.#colour = options.colour;
  }

  /** The line as text without a line end; undefined if it is not shown. */
  line({ kind, text }: ShownLine): string | undefined {
    switch (kind) {
      case 'group':
        this.#inGroup = true;
        return this.#paint('bold', `▾ ${text}`);
      case 'endgroup':
        this.#inGroup = false;
        return undefined;
      case 'switch':
        return this.#paint('gray', text);
      case 'text':
        return this.#inGroup ? `  ${text}` : text;
      default:
        return this.#paint(colours[kind], `${words[kind] ?? ''}${text}`);
    }
  }

  #paint(style: 'bold' | 'gray' | (typeof colours)[keyof typeof colours], text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text;
  }
}
