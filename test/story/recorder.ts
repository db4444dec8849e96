// Implements a runner that records what the step writes, so that tests can read it like a workflow run.

import type { Annotation, Runner } from '../../src/github/runner.ts';

export interface Recorded {
  readonly level: 'notice' | 'warning' | 'error';
  readonly message: string;
  readonly where: Annotation | undefined;
}

/** The prefix of a remote line that GitHub's web view would otherwise treat as a command. */
const guard = '\u001b[0m';

export class Recorder implements Runner {
  /** Everything that was written to the step's output, including commands. */
  stdout = '';
  /** The same with the annotations' properties, as the runner receives it. */
  commands = '';
  summaryMarkdown = '';
  readonly outputs = new Map<string, string>();
  /** The files that the step wrote. */
  readonly files = new Map<string, string>();
  readonly states = new Map<string, string>();
  readonly masks: string[] = [];
  readonly annotations: Recorded[] = [];
  readonly debugging: boolean;
  onWrite: (text: string) => void = () => {};

  readonly #inputs: Readonly<Record<string, string>>;

  constructor(inputs: Readonly<Record<string, string>>, debugging = false) {
    this.#inputs = inputs;
    this.debugging = debugging;
  }

  input = (name: string): string => this.#inputs[name]?.trim() ?? '';
  exactInput = (name: string): string => this.#inputs[name] ?? '';
  state = (name: string): string => this.states.get(name) ?? '';

  fileError: () => string | undefined = () => undefined;

  saveState(name: string, value: string): void {
    this.states.set(name, value);
  }

  setOutput(name: string, value: string): void {
    this.outputs.set(name, value);
  }

  mask(secret: string): void {
    this.masks.push(secret);
  }

  async write(text: string): Promise<void> {
    this.stdout += text;
    this.commands += text;
    this.onWrite(text);
  }

  notice(message: string, where?: Annotation): void {
    this.#annotate('notice', message, where);
  }

  warning(message: string, where?: Annotation): void {
    this.#annotate('warning', message, where);
  }

  error(message: string, where?: Annotation): void {
    this.#annotate('error', message, where);
  }

  async summary(markdown: string): Promise<void> {
    this.summaryMarkdown += markdown;
  }

  debug(message: string): void {
    if (this.debugging) this.stdout += `::debug::${message}\n`;
  }

  #annotate(level: Recorded['level'], message: string, where: Annotation | undefined): void {
    this.annotations.push({ level, message, where });
    this.stdout += `::${level}::${message}\n`;
    this.commands += `::${level}${propertiesOf(where)}::${message.replaceAll('%', '%25').replaceAll('\n', '%0A')}\n`;
    this.onWrite(message);
  }

  /** The lines between stop-commands and its end token, which are the build's log as printed. */
  get remoteLines(): string[] {
    const lines: string[] = [];
    let token = '';
    for (const line of this.stdout.split('\n')) {
      if (token !== '' && line === `::${token}::`) token = '';
      else if (token !== '') lines.push(line.startsWith(guard) ? line.slice(guard.length) : line);
      else token = /^::stop-commands::(.+)$/.exec(line)?.[1] ?? '';
    }
    return lines;
  }

  /** The step's own lines, including commands. */
  get ownLines(): string[] {
    const lines: string[] = [];
    let token = '';
    for (const line of this.stdout.split('\n')) {
      const opened = token === '' ? /^::stop-commands::(.+)$/.exec(line)?.[1] : undefined;
      if (opened !== undefined) token = opened;
      else if (token === '') lines.push(line);
      else if (line === `::${token}::`) token = '';
    }
    return lines;
  }
}

function propertiesOf(where: Annotation = {}): string {
  const { title, file, startLine, startColumn } = where;
  const given = Object.entries({ title, file, line: startLine, col: startColumn }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length === 0) return '';
  const escaped = (value: unknown) =>
    String(value).replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');
  return ` ${given.map(([name, value]) => `${name}=${escaped(value)}`).join(',')}`;
}
