// Renders a step's output line by line as GitHub shows it: executes commands, observes stop-commands and masks secrets.
// Collects annotations, masks and values of old commands. terminal.ts prints the lines.
// After actions/runner, src/Runner.Worker/ActionCommandManager.cs.

import { type Command, parseCommand } from './commands.ts';

export type ShownKind =
  | 'text'
  | 'group'
  | 'endgroup'
  | 'error'
  | 'warning'
  | 'notice'
  | 'debug'
  /** Stops or resumes commands; the runner shows the command itself. */
  | 'switch';

export interface ShownLine {
  readonly kind: ShownKind;
  /** With secrets masked. */
  readonly text: string;
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  /** title, file, line, endline, col, endcolumn; names in lower case. */
  readonly properties: ReadonlyMap<string, string>;
}

/** The commands of the current runner, in lower case. */
const commandNames: ReadonlySet<string> = new Set([
  'stop-commands',
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'warning',
]);

/** These are not echoed after `::echo::on`, because they are shown in their own form. */
const neverEchoed: ReadonlySet<string> = new Set(['add-mask', 'debug', 'error', 'warning', 'notice']);

export class LogView {
  readonly annotations: Annotation[] = [];
  /** In the order of their commands, without stop tokens. */
  readonly masks: string[] = [];
  /** The runner's own errors; each fails the step. */
  readonly runnerErrors: string[] = [];
  /** Set by the old commands instead of the files. */
  readonly outputs = new Map<string, string>();
  readonly state = new Map<string, string>();
  readonly #hidden = new Set<string>();
  readonly #debugging: boolean;
  #stopToken: string | undefined;
  #echo = false;

  constructor(options: { readonly debugging?: boolean } = {}) {
    this.#debugging = options.debugging ?? false;
  }

  /** True while workflow commands are stopped. */
  get stopped(): boolean {
    return this.#stopToken !== undefined;
  }

  /** The lines that are shown for this line of the step's output. */
  line(line: string): readonly ShownLine[] {
    const command = parseCommand(line, (name) => commandNames.has(name) || name === this.#stopToken);
    if (!command) return [this.#show('text', line)];
    if (this.#stopToken !== undefined) return [this.#whileStopped(command, line)];
    const name = command.name.toLowerCase();
    if (name === 'stop-commands') return [this.#stop(command.data, line)];
    const echo = this.#echo && !neverEchoed.has(name) ? [this.#show('text', line)] : [];
    return [...echo, ...this.#carryOut(name, command, line)];
  }

  #whileStopped(command: Command, line: string): ShownLine {
    if (command.name.toLowerCase() !== this.#stopToken) return this.#show('text', line);
    this.#stopToken = undefined;
    return this.#show('switch', line);
  }

  #stop(token: string, line: string): ShownLine {
    const known = token.toLowerCase();
    if (known === '' || known === 'pause-logging' || commandNames.has(known)) {
      return this.#fail(`Unable to process command '${line}' successfully.`);
    }
    this.#stopToken = known;
    if (token.length > 6) this.#hidden.add(token);
    return this.#show('switch', line);
  }

  #carryOut(name: string, command: Command, line: string): readonly ShownLine[] {
    switch (name) {
      case 'group':
      case 'endgroup':
        return [this.#show(name, name === 'group' ? command.data : '')];
      case 'error':
      case 'warning':
      case 'notice':
        this.annotations.push({ level: name, message: command.data, properties: command.properties });
        return [this.#show(name, command.data)];
      case 'debug':
        return this.#debugging ? [this.#show('debug', command.data)] : [];
      case 'add-mask':
        return this.#mask(command.data);
      case 'set-output':
      case 'save-state':
        return this.#keep(name === 'set-output' ? this.outputs : this.state, command, line);
      case 'set-env':
      case 'add-path':
        return [this.#fail(`The \`${name}\` command is disabled.`)];
      case 'echo':
        this.#echo = command.data.trim().toLowerCase() === 'on';
        return [];
      default:
        return [];
    }
  }

  #mask(secret: string): readonly ShownLine[] {
    if (secret.trim() === '') {
      return [this.#show('warning', "Can't add secret mask for empty string in ##[add-mask] command.")];
    }
    this.masks.push(secret);
    for (const part of [secret, ...secret.split(/[\r\n]+/)]) if (part !== '') this.#hidden.add(part);
    return [];
  }

  #keep(values: Map<string, string>, command: Command, line: string): readonly ShownLine[] {
    const name = command.properties.get('name');
    if (name === undefined) return [this.#fail(`Unable to process command '${line}' successfully.`)];
    values.set(name, command.data);
    return [];
  }

  #fail(message: string): ShownLine {
    this.runnerErrors.push(message);
    return this.#show('error', message);
  }

  #show(kind: ShownKind, text: string): ShownLine {
    let shown = text;
    // The longest secret is first, because a secret may contain another one.
    for (const secret of [...this.#hidden].sort((a, b) => b.length - a.length)) {
      shown = shown.replaceAll(secret, '***');
    }
    return { kind, text: shown };
  }
}
