// Reports what a build's log does not say: that it waits in the queue, that CodeArts does not answer, an unknown status.
// Few lines, each once or at growing intervals, never one for every poll.

import type { FollowEvent } from '../../builds/events.ts';
import type { Polled } from '../../builds/polling.ts';
import type { Clock } from '../../clock.ts';
import { formatSeconds } from '../../text.ts';
import type { Console } from '../console.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { announcement } from './lists.ts';

/** A wait is reported after so many minutes, then every half hour. */
const reportAfterMinutes = [1, 2, 5, 10, 20];
/** A poll that fails is reported after so many milliseconds: most failures pass by themselves. */
const reportTroubleAfterMs = 30_000;

/** What a code-based build lacks when its children could not be read. */
export const childrenMissing = "The child builds can't be read: their logs and artifacts are missing here.";

/** Reports the progress of one build. */
export class ProgressReporter {
  readonly #console: Console;
  readonly #clock: Clock;
  readonly #log: Inputs['log'];
  readonly #unknownWords = new Set<string>();
  readonly #inTrouble = new Set<Polled>();
  #announcedChildren = false;
  #queuedSince: number | undefined;
  /** When the current wait began: for a machine, or for the log's next line. */
  #waitingSince: number;
  /** How often the current wait was reported. */
  #reports = 0;

  constructor(console: Console, clock: Clock, log: Inputs['log']) {
    this.#console = console;
    this.#clock = clock;
    this.#log = log;
    this.#waitingSince = clock.now();
  }

  /** Reports an event where it is worth a line. Call it with each. */
  async handle(event: FollowEvent): Promise<void> {
    switch (event.kind) {
      case 'text':
        return this.#restartWait();
      case 'log-restarted':
      case 'log-ended':
        return;
      case 'children':
        // Where the log is not shown, they are listed at the end.
        if (this.#announcedChildren || this.#log !== 'stream') return;
        this.#announcedChildren = true;
        return await this.#console.info(announcement(event.children));
      case 'children-unavailable':
        return await (event.error
          ? this.#console.warning(`${event.error.message} ${childrenMissing}`)
          : this.#console.info(
              'CodeArts lists no child builds for this code-based build. If it has any, their logs and artifacts are missing here.',
            ));
      case 'record':
        return await this.#onRecord(event);
      case 'trouble':
        return await this.#onTrouble(event);
      case 'recovered':
        if (this.#inTrouble.delete(event.of)) await this.#console.info('Connection to CodeArts restored.');
        return;
      case 'log-interrupted':
        return await this.#onLogInterrupted(event);
    }
  }

  async #onRecord({ status, record }: Extract<FollowEvent, { kind: 'record' }>): Promise<void> {
    if (status.kind === 'queued') return await this.#onQueued();
    if (this.#queuedSince !== undefined) {
      const waited = this.#clock.now() - this.#queuedSince;
      this.#queuedSince = undefined;
      this.#restartWait();
      if (status.kind === 'running')
        await this.#console.info(`The build left the queue after ${formatSeconds(waited / 1000)}.`);
    }
    if (status.kind !== 'running') return;
    if (!status.known && !this.#unknownWords.has(record.status)) {
      this.#unknownWords.add(record.status);
      const word = this.#log === 'off' ? 'a status' : `the status ${JSON.stringify(record.status)}`;
      await this.#console.info(
        `The build has ${word}, which this action does not know: it counts as running.`,
      );
    }
    await this.#reportPeriodically((waited) =>
      this.#log === 'stream'
        ? `The build is running; its log has been silent for ${waited}.`
        : `The build is running, ${waited} so far.`,
    );
  }

  async #onQueued(): Promise<void> {
    if (this.#queuedSince === undefined) {
      this.#queuedSince = this.#clock.now();
      this.#restartWait();
      return await this.#console.info('Waiting for a build machine…');
    }
    await this.#reportPeriodically((waited) => `Still waiting for a build machine, ${waited} so far.`);
  }

  async #onTrouble({ of, error, forMs }: Extract<FollowEvent, { kind: 'trouble' }>): Promise<void> {
    await this.#console.debug(error.message);
    if (forMs < reportTroubleAfterMs || this.#inTrouble.has(of)) return;
    this.#inTrouble.add(of);
    await this.#console.info(`${error.message} Still trying; the build itself is not affected.`);
  }

  async #onLogInterrupted({ why }: Extract<FollowEvent, { kind: 'log-interrupted' }>): Promise<void> {
    if (why.kind === 'rejected') {
      return await this.#console.warning(
        `The build's log can't be followed while it runs: ${why.error.message} The build itself is still followed.`,
      );
    }
    await this.#console.info(
      why.kind === 'endless'
        ? 'The live log continues although the build has ended; the rest is from the full log.'
        : 'The live log was interrupted; the rest of it follows when the build has ended.',
    );
  }

  #restartWait(): void {
    this.#waitingSince = this.#clock.now();
    this.#reports = 0;
  }

  async #reportPeriodically(line: (waited: string) => string): Promise<void> {
    const halfHours = this.#reports - reportAfterMinutes.length + 1;
    const dueAfterMinutes = reportAfterMinutes[this.#reports] ?? halfHours * 30;
    const waited = this.#clock.now() - this.#waitingSince;
    if (waited < dueAfterMinutes * 60_000) return;
    this.#reports += 1;
    await this.#console.info(line(formatSeconds(waited / 1000)));
  }
}
