// Tells whose log is shown when a build has several, and how each of its children ended. A heading where the floor
// changes, one line where a child is over; the lines themselves are the step log's.

import type { ChildLogEnd } from '../build/events.ts';
import { type Child, type ChildState, isOver, secondsOf } from '../build/flow/child.ts';
import { formatSeconds } from './duration.ts';
import type { StepLog } from './step-log.ts';

const words: Readonly<Record<ChildState, string>> = {
  waiting: 'waiting',
  running: 'running',
  success: 'succeeded',
  failure: 'failed',
  aborted: 'stopped',
  'timed-out': 'timed out',
  skipped: 'skipped',
  unknown: 'ended, CodeArts does not say how',
};

export class ChildrenNarrator {
  readonly #log: StepLog;
  #announced = false;
  /** The child whose log is shown; undefined: the build's own is. */
  #speaks: Child | undefined;

  constructor(log: StepLog) {
    this.#log = log;
  }

  async are(children: readonly Child[]): Promise<void> {
    if (this.#announced) return;
    this.#announced = true;
    const names = children.map(({ name }) => name);
    await this.#log.say(
      `A multi-task build with ${names.length === 1 ? 'one child' : `${names.length} children so far`}: ${listed(names)}.`,
    );
  }

  async floor(child: Child | undefined): Promise<void> {
    await this.#log.voice(child?.name ?? '');
    this.#speaks = child;
    await this.#log.say(child ? heading(child) : '── the build itself, to its end ──');
  }

  async told(child: Child, end: ChildLogEnd): Promise<void> {
    const spoke = this.#speaks?.recordId === child.recordId ? this.#speaks : undefined;
    if (spoke) await this.#log.voiceEnd();
    if (end.kind === 'cut') {
      await this.#log.warning(`The log of ${child.name} is not complete here: ${end.error.message}`);
    }
    if (!spoke) await this.#log.say(heading(child, 'no log'));
    else if (!isOver(spoke)) await this.#log.say(heading(child));
  }
}

/** Such as: ── compile (#12) · failed after 8 s ── */
function heading(child: Child, more = ''): string {
  const seconds = isOver(child) ? secondsOf(child) : undefined;
  const number = child.buildNumber === 0 ? '' : ` (#${child.buildNumber})`;
  const took = seconds === undefined ? '' : ` after ${formatSeconds(seconds)}`;
  return `── ${child.name}${number} · ${words[child.state]}${took}${more === '' ? '' : ` · ${more}`} ──`;
}

/** One line for each child that never ran, with the reason; and for each whose end is not known. */
export function linesAtEnd(children: readonly Child[]): string[] {
  return children.flatMap((child) => {
    if (child.state === 'unknown') return [`${child.name} ended, and CodeArts does not say how.`];
    if (child.state !== 'skipped') return [];
    const because = children
      .filter(({ recordId, state }) => child.needs.includes(recordId) && state !== 'success')
      .map(({ name, state }) => `${name} ${state === 'skipped' ? 'was skipped' : words[state]}`);
    return [`${child.name} was skipped${because.length === 0 ? '' : `: ${because.join(', ')}`}.`];
  });
}

const mostNames = 12;

function listed(names: readonly string[]): string {
  if (names.length <= mostNames) return names.join(', ');
  return `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`;
}
