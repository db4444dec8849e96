// Listens to a failing build's log and remembers what a person would look for: the step, CodeArts' error code and
// the first real error. Keeps a bounded amount of text. Judges nothing: whether the build failed is not told here.

import { stepMark, withoutPrefix } from './step-marks.ts';

export interface Finding {
  /** The child of a multi-task build that it was found in; undefined: the build itself. */
  readonly child?: string;
  /** The step whose lines these are; empty outside any step. */
  readonly step: string;
  /** CodeArts' own code, such as DEV.CB.0210043; empty when the step named none. */
  readonly code: string;
  /** The line that most likely tells why; empty when none does. */
  readonly reason: string;
}

interface StepNotes {
  code: string;
  reason: string;
  /** How much like an error the reason looks; a stronger one replaces it. */
  strength: number;
}

/** From most to least telling. */
const errorForms: readonly RegExp[] = [
  /^(?:.*\.(?:java|kt|scala|ts|tsx|js|jsx|c|cc|cpp|h|go|rs|py):[[(\d].*|.*\berror(?: TS\d+)?: .+|error\[E\d+\].*)$/i,
  /^(?:npm (?:ERR!|error) (?!A complete log|code |errno |syscall |path ).+|.*\b(?:Exception|Error): .+|fatal: .+|FAIL(?:ED)?\b.+|--- FAIL: .+|E {3}.+)$/,
  /^(?:.*\bERROR\b.*|.*\b(?:not found|No such file or directory|command not found|Permission denied)\b.*)$/,
];
const codeForm = /\bDEV\.CB\.\d+\b/;
const longestReason = 300;
const mostSteps = 200;

export class Diagnosis {
  readonly #steps = new Map<string, StepNotes>();
  #current = '';
  #lastBegun = '';
  #openAtEnd = '';

  /** Takes one line of the log, whole or its first piece. */
  line(text: string): void {
    const mark = stepMark(text);
    if (mark) {
      if (mark.kind === 'begins') this.#lastBegun = mark.step;
      else if (mark.kind === 'all-over') this.#openAtEnd = this.#current;
      this.#current = mark.kind === 'begins' ? mark.step : '';
      return;
    }
    if (!looksWrong.test(text)) return;
    const notes = this.#notes();
    if (notes.code === '') notes.code = codeForm.exec(text)?.[0] ?? '';
    const message = withoutPrefix(text).trim();
    const rank = errorForms.findIndex((form) => form.test(message));
    const strength = rank === -1 ? 0 : errorForms.length - rank;
    if (strength <= notes.strength) return;
    notes.strength = strength;
    notes.reason = message.length > longestReason ? `${message.slice(0, longestReason - 1)}…` : message;
  }

  /** @param step the failed step as CodeArts names it; empty when it named none */
  finding(step: string): Finding {
    const name = step || this.#current || this.#openAtEnd || this.#lastBegun;
    const notes = this.#steps.get(name) ?? this.#steps.get('');
    return { step: name, code: notes?.code ?? '', reason: notes?.reason ?? '' };
  }

  #notes(): StepNotes {
    const known = this.#steps.get(this.#current);
    if (known) return known;
    const fresh: StepNotes = { code: '', reason: '', strength: 0 };
    if (this.#steps.size < mostSteps) this.#steps.set(this.#current, fresh);
    return fresh;
  }
}

/** A cheap first look: most lines of a log are no errors. */
const looksWrong =
  /error|fail|exception|fatal|DEV\.CB\.|not found|no such|denied|ERR!|^\s*E {3}|\.\w{1,5}:[[(\d]/i;
