// Keeps the secrets of this step. The runner masks them in the log alone, so this redacts them from every other text
// that leaves the step: outputs, summary, commit status, saved log. A text must be redacted before it is escaped,
// folded or cut: afterwards a secret in it can't be recognised. Control characters are removed from annotations and
// outputs, which may be read in a terminal or as an environment variable.

import { isUnknownWord } from '../builds/status.ts';
import { withoutControls, withoutControlsInLines } from '../text.ts';
import type { Annotation, Runner } from './runner.ts';
import { secretForms } from './secret-forms.ts';

/** Shorter texts occur in many words and numbers: masking them would make the log unreadable and hide nothing. */
export const shortestSecret = 4;
/** Values of parameters are redacted from this length on, whether or not they are secret. */
export const shortestParameter = 6;

const replacement = '***';

/** A runner that knows the secrets of the step. */
export interface MaskingRunner extends Runner {
  /** Has the runner mask this secret in the log, and redacts it everywhere else. */
  mask(secret: string): void;
  /** Redacts this text wherever the runner masks nothing. The log shows it. */
  addRedaction(text: string): void;
  /** The text with every known secret replaced. */
  redact(text: string): string;
  /** See {@link Secrets.redactCut}. */
  redactCut(text: string): string;
  /** See {@link Secrets.cutBefore}. */
  cutBefore(text: string, at: number): number;
}

/**
 * The outputs that are sentences or names for people; beside them, a status that CodeArts is not known to have.
 * Addresses and names of artifacts must stay as they are.
 */
const redactedOutputs = new Set(['error', 'failed-step']);

export function maskingRunner(runner: Runner): MaskingRunner {
  const secrets = new Secrets();
  const redact = (text: string) => secrets.redact(text);
  const printable = (message: string) => withoutControls(secrets.redactCut(message));
  const cleaned = (where: Annotation | undefined) =>
    where?.title === undefined ? where : { ...where, title: printable(where.title) };
  return {
    debugging: runner.debugging,
    input: (name) => runner.input(name),
    exactInput: (name) => runner.exactInput(name),
    state: (name) => runner.state(name),
    fileError: () => runner.fileError(),
    saveState: (name, value) => runner.saveState(name, value),
    setOutput(name, value) {
      const isForPeople = redactedOutputs.has(name) || (name === 'status' && isUnknownWord(value));
      const shown = isForPeople ? redact(value) : value;
      runner.setOutput(name, withoutControlsInLines(shown));
    },
    mask(secret) {
      for (const form of secrets.add(secret, shortestSecret)) runner.mask(form);
    },
    addRedaction: (text) => void secrets.add(text, shortestParameter),
    redact,
    redactCut: (text) => secrets.redactCut(text),
    cutBefore: (text, at) => secrets.cutBefore(text, at),
    write: (text) => runner.write(text),
    notice: (message, where) => runner.notice(printable(message), cleaned(where)),
    warning: (message, where) => runner.warning(printable(message), cleaned(where)),
    error: (message, where) => runner.error(printable(message), cleaned(where)),
    summary: (markdown) => runner.summary(markdown),
    debug: (message) => runner.debug(withoutControlsInLines(message)),
  };
}

/**
 * Redacts the values that the workflow gives as parameters, whether or not the job calls them sensitive: they may be
 * secrets that GitHub masks in the log alone. Public values, and version numbers, are left alone.
 */
export function redactParameters(
  runner: MaskingRunner,
  parameters: readonly { readonly value: string }[],
  env: Readonly<Record<string, string | undefined>>,
): void {
  const publicValues = new Set(publicVariables.map((name) => env[name]));
  for (const { value } of parameters) {
    if (!publicValues.has(value) && !versionNumber.test(value)) runner.addRedaction(value);
  }
}

/** What GitHub shows of a run to everybody who sees the run. */
const publicVariables = [
  'GITHUB_ACTOR',
  'GITHUB_BASE_REF',
  'GITHUB_HEAD_REF',
  'GITHUB_REF',
  'GITHUB_REF_NAME',
  'GITHUB_REPOSITORY',
  'GITHUB_RUN_ID',
  'GITHUB_SHA',
  'GITHUB_WORKFLOW',
];

/** Such as 1.4.57, v2.0.0-rc.1 or 20260131.1. */
const versionNumber = /^v?\d{1,8}(?:\.\d{1,8}){1,3}(?:[-+][0-9a-z.]{1,16})?$/i;

/** Texts to redact, in every form. Searching costs much the same however many there are. */
export class Secrets {
  readonly #forms = new Set<string>();
  /** Made when it is searched for the first time after a form was added. */
  #sorted: SortedForms | undefined;
  /** Whether a form may begin with two characters, by `pairOf`. */
  readonly #starts = new Uint8Array(0x10000);
  #longest = 0;

  /** @returns all forms of the secret that have at least `shortest` characters */
  add(secret: string, shortest: number): ReadonlySet<string> {
    const forms = secretForms(secret, Math.max(shortest, shortestSecret));
    for (const form of forms) {
      this.#forms.add(form);
      this.#starts[pairOf(form, 0)] = 1;
      this.#longest = Math.max(this.#longest, form.length);
    }
    this.#sorted = undefined;
    return forms;
  }

  /**
   * Secrets that overlap or follow each other become one replacement, as in the runner's log. So does the beginning of
   * a secret before the ellipsis of a text that was cut.
   */
  redact(given: string): string {
    if (this.#longest === 0) return given;
    const text = this.redactCut(given);
    let out = '';
    let copied = 0;
    let start = -1;
    let end = -1;
    for (let at = 0; at < text.length; at += 1) {
      const length = this.#matchAt(text, at);
      if (length === 0) continue;
      if (start !== -1 && at > end) {
        out += text.slice(copied, start) + replacement;
        copied = end;
        start = -1;
      }
      if (start === -1) start = at;
      end = Math.max(end, at + length);
    }
    if (start !== -1) {
      out += text.slice(copied, start) + replacement;
      copied = end;
    }
    return out + text.slice(copied);
  }

  /** Redacts only beginnings of secrets before an ellipsis: where the runner masks whole secrets, it misses them. */
  redactCut(text: string): string {
    if (this.#longest === 0 || !text.includes('…')) return text;
    const parts = text.split('…');
    return parts
      .map((part, index) => (index < parts.length - 1 ? this.#withoutBeginningAtEnd(part) : part))
      .join('…');
  }

  /** The text without the beginning of a secret that it ends with. */
  #withoutBeginningAtEnd(text: string): string {
    for (let at = Math.max(0, text.length - this.#longest); at <= text.length - shortestSecret; at += 1) {
      if (this.#starts[pairOf(text, at)] === 0) continue;
      if (this.#index.hasBeginning(text.slice(at))) return text.slice(0, at) + replacement;
    }
    return text;
  }

  /**
   * Where to cut a text so that no known secret is cut in two: at `at`, or before the secret that lies across it; after
   * that secret where the text begins with it.
   */
  cutBefore(text: string, at: number): number {
    let cut = at;
    for (;;) {
      const across = this.#secretAcross(text, cut);
      if (across === undefined) return cut;
      if (across.start === 0) return across.end;
      cut = across.start;
    }
  }

  #secretAcross(text: string, cut: number): { readonly start: number; readonly end: number } | undefined {
    for (let start = Math.max(0, cut - this.#longest + 1); start < cut; start += 1) {
      const end = start + this.#matchAt(text, start);
      if (end > cut) return { start, end };
    }
    return undefined;
  }

  /** The length of the longest secret that begins there; 0: none does. */
  #matchAt(text: string, at: number): number {
    if (this.#starts[pairOf(text, at)] === 0) return 0;
    return this.#index.matchAt(text, at);
  }

  get #index(): SortedForms {
    this.#sorted ??= new SortedForms(this.#forms);
    return this.#sorted;
  }
}

/** Texts in the order of their characters, so that those that begin a longer text are found by bisection. */
class SortedForms {
  readonly #forms: readonly string[];
  /** For each form, the index of the longest other form that it begins with; -1: with none. */
  readonly #prefixes: Int32Array;

  constructor(forms: Iterable<string>) {
    this.#forms = [...forms].sort();
    this.#prefixes = new Int32Array(this.#forms.length).fill(-1);
    const open: number[] = [];
    for (const [place, form] of this.#forms.entries()) {
      while (open.length > 0 && !form.startsWith(this.#forms[open.at(-1) ?? 0] ?? '')) open.pop();
      this.#prefixes[place] = open.at(-1) ?? -1;
      open.push(place);
    }
  }

  /** The length of the longest form that the text has at this place; 0: it has none. */
  matchAt(text: string, at: number): number {
    // A form that the text has there comes before it, or is it, and so does each form between the two.
    for (let place = this.#countUpTo(text, at) - 1; place >= 0; place = this.#prefixes[place] ?? -1) {
      const form = this.#forms[place] ?? '';
      if (text.startsWith(form, at)) return form.length;
    }
    return 0;
  }

  /** True when a form begins with this text, or is it. */
  hasBeginning(text: string): boolean {
    const count = this.#countUpTo(text, 0);
    return this.#forms[count - 1] === text || (this.#forms[count] ?? '').startsWith(text);
  }

  /** How many forms come before the text from that place on, or are it. */
  #countUpTo(text: string, at: number): number {
    let [from, to] = [0, this.#forms.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (isAfter(this.#forms[middle] ?? '', text, at)) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

/** Whether the form comes after the text from that place on, in the order of UTF-16 units. */
function isAfter(form: string, text: string, at: number): boolean {
  for (let index = 0; index < form.length; index += 1) {
    if (at + index >= text.length) return true;
    const difference = form.charCodeAt(index) - text.charCodeAt(at + index);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** A number for the two characters there; different pairs may share one. */
function pairOf(text: string, at: number): number {
  return (text.charCodeAt(at) + (text.charCodeAt(at + 1) << 8)) & 0xffff;
}
