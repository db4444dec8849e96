// Tells of a build what its log does not: waiting in the queue, lost contact, an unknown status. Few lines, each
// once or from time to time, never on every look.

import type { Child } from '../../builds/children/child.ts';
import type { FollowEvent } from '../../builds/follow/events.ts';
import type { LogEvent } from '../../builds/log/log-events.ts';
import type { Polled } from '../../builds/polling.ts';
import type { Clock } from '../../clock.ts';
import type { ApiError } from '../../codearts/errors.ts';
import { formatSeconds } from '../../text.ts';
import type { Console } from '../console.ts';
import { announcement } from './lists.ts';

/** Minutes of a wait after which a word is due; then every half hour. */
const wordsAfterMinutes = [1, 2, 5, 10, 20, 30];
/** Milliseconds for which a failing look is no news: most heal by themselves. */
const troubleWorthTellingMs = 30_000;

export interface NarratorOptions {
  readonly log: Console;
  readonly clock: Clock;
  /** False: the log is not shown while the build runs, so that its silence is no news. */
  readonly showsLog: boolean;
}

/** One for each build that is followed. */
export class ProgressReporter {
  readonly #options: NarratorOptions;
  readonly #log: Console;
  readonly #clock: Clock;
  readonly #unknownWords = new Set<string>();
  readonly #inTrouble = new Set<Polled>();
  #toldOfChildren = false;
  #queuedSince: number | undefined;
  /** When the wait began that goes on now: for a machine, or for the log's next line. */
  #waitingSince: number;
  /** How many words on it were said. */
  #words = 0;

  constructor(options: NarratorOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#clock = options.clock;
    this.#waitingSince = this.#clock.now();
  }

  /** The log speaks: the wait for its next line begins anew. */
  onLogText(): void {
    this.#waitAnew();
  }

  /** Says what is news of an event that is none of the logs'. */
  async handle(event: Exclude<FollowEvent, LogEvent>): Promise<void> {
    switch (event.kind) {
      case 'children':
        return await this.#childrenAre(event.children);
      case 'children-unavailable':
        return await this.#childrenUnavailable(event.error);
      case 'record':
        return await this.#standing(event);
      case 'trouble':
        return await this.#trouble(event);
      case 'recovered':
        if (this.#inTrouble.delete(event.of)) await this.#log.info('Contact with CodeArts is back.');
        return;
      case 'log-lost':
        return await this.#logLost(event);
    }
  }

  async #childrenUnavailable(error: ApiError | undefined): Promise<void> {
    if (error === undefined) {
      await this.#log.info(
        'CodeArts lists no child builds for this code-based build. If it has any, their logs and artifacts are missing here.',
      );
      return;
    }
    await this.#log.warning(
      `${error.message} The child builds can't be read: their logs and artifacts are missing here.`,
    );
  }

  async #standing({ standing, record }: Extract<FollowEvent, { kind: 'record' }>): Promise<void> {
    if (standing.kind === 'queued') {
      await this.#queued();
      return;
    }
    if (this.#queuedSince !== undefined) {
      const waited = this.#clock.now() - this.#queuedSince;
      this.#queuedSince = undefined;
      this.#waitAnew();
      if (standing.kind === 'running')
        await this.#log.info(`The build has left the queue after ${formatSeconds(waited / 1000)}.`);
    }
    if (standing.kind !== 'running') return;
    if (!standing.known && !this.#unknownWords.has(record.status)) {
      this.#unknownWords.add(record.status);
      await this.#log.info(
        `CodeArts calls the build's status ${JSON.stringify(record.status)}, which is not known here; it counts as running.`,
      );
    }
    await this.#reportPeriodically((waited) =>
      this.#options.showsLog
        ? `The build is running; its log has been silent for ${waited}.`
        : `The build is running, for ${waited} now.`,
    );
  }

  /** Where the log is not shown, they are told at the end. */
  async #childrenAre(children: readonly Child[]): Promise<void> {
    if (this.#toldOfChildren || !this.#options.showsLog) return;
    this.#toldOfChildren = true;
    await this.#log.info(announcement(children));
  }

  async #queued(): Promise<void> {
    if (this.#queuedSince === undefined) {
      this.#queuedSince = this.#clock.now();
      this.#waitAnew();
      await this.#log.info('Waiting for a build machine…');
      return;
    }
    await this.#reportPeriodically((waited) => `Still waiting for a build machine, for ${waited} now.`);
  }

  async #trouble({ of, error, forMs }: Extract<FollowEvent, { kind: 'trouble' }>): Promise<void> {
    await this.#log.debug(error.message);
    if (forMs < troubleWorthTellingMs || this.#inTrouble.has(of)) return;
    this.#inTrouble.add(of);
    await this.#log.info(`${error.message} Still trying; the build itself is not affected.`);
  }

  async #logLost({ why }: Extract<FollowEvent, { kind: 'log-lost' }>): Promise<void> {
    if (why.kind === 'rejected') {
      await this.#log.warning(
        `The build's log can't be followed while it runs: ${why.error.message} The result is still followed.`,
      );
      return;
    }
    if (why.kind === 'endless') {
      await this.#log.info(
        'The live log does not end though the build has; what follows is from the full log.',
      );
      return;
    }
    await this.#log.info('The live log has broken off; the rest of it is shown when the build has ended.');
  }

  #waitAnew(): void {
    this.#waitingSince = this.#clock.now();
    this.#words = 0;
  }

  async #reportPeriodically(line: (waited: string) => string): Promise<void> {
    const last = wordsAfterMinutes.length - 1;
    const halfHours = Math.max(0, this.#words - last);
    const dueAfter = (wordsAfterMinutes[Math.min(this.#words, last)] ?? 0) + halfHours * 30;
    const waited = this.#clock.now() - this.#waitingSince;
    if (waited < dueAfter * 60_000) return;
    this.#words += 1;
    await this.#log.info(line(formatSeconds(waited / 1000)));
  }
}
