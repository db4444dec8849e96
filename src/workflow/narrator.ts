// Tells of a build what its log does not: waiting in the queue, lost contact, an unknown status. Few lines, each
// once or from time to time, never on every look.

import type { FollowEvent, Watched } from '../build/events.ts';
import type { Clock } from '../clock.ts';
import { ChildrenNarrator } from './children-narrator.ts';
import { formatSeconds } from './duration.ts';
import type { StepLog } from './step-log.ts';

/** Milliseconds between two words on a wait that goes on. */
const betweenWordsMs = 60_000;
/** Milliseconds for which a failing look is no news: most heal by themselves. */
const troubleWorthTellingMs = 30_000;

export class Narrator {
  readonly #log: StepLog;
  readonly #clock: Clock;
  readonly #unknownWords = new Set<string>();
  readonly #inTrouble = new Set<Watched>();
  readonly #children: ChildrenNarrator;
  #queuedSince: number | undefined;
  #lastWordAt: number;

  constructor(log: StepLog, clock: Clock) {
    this.#log = log;
    this.#children = new ChildrenNarrator(log);
    this.#clock = clock;
    this.#lastWordAt = clock.now();
  }

  async tell(event: FollowEvent): Promise<void> {
    switch (event.kind) {
      case 'text':
        this.#lastWordAt = this.#clock.now();
        return await this.#log.remote(event.text);
      case 'record':
        return await this.#standing(event);
      case 'trouble':
        return await this.#trouble(event);
      case 'recovered':
        if (this.#inTrouble.delete(event.of)) await this.#log.say('Contact with CodeArts is back.');
        return;
      case 'log-lost':
        return await this.#logLost(event);
      case 'children':
        return await this.#children.are(event.children);
      case 'floor':
        return await this.#children.floor(event.child);
      case 'told-anew':
        return await this.#log.say(
          'The live log broke off, and where the full log goes on can’t be told. The full log:',
        );
      case 'child-told':
        return await this.#children.told(event.child, event.end);
    }
  }

  async #standing({ standing, record }: Extract<FollowEvent, { kind: 'record' }>): Promise<void> {
    if (standing.kind === 'queued') {
      await this.#queued();
      return;
    }
    if (this.#queuedSince !== undefined) {
      const waited = this.#clock.now() - this.#queuedSince;
      this.#queuedSince = undefined;
      await this.#log.say(`The build has left the queue after ${formatSeconds(waited / 1000)}.`);
    }
    if (standing.kind !== 'running') return;
    if (!standing.known && !this.#unknownWords.has(record.status)) {
      this.#unknownWords.add(record.status);
      await this.#log.say(
        `CodeArts calls the build's status ${JSON.stringify(record.status)}, which is not known here; it counts as running.`,
      );
    }
    await this.#fromTimeToTime('The build is running; its log has been silent for a while.');
  }

  async #queued(): Promise<void> {
    if (this.#queuedSince === undefined) {
      this.#queuedSince = this.#clock.now();
      this.#lastWordAt = this.#queuedSince;
      await this.#log.say('Waiting for a build machine…');
      return;
    }
    const waited = formatSeconds((this.#clock.now() - this.#queuedSince) / 1000);
    await this.#fromTimeToTime(`Still waiting for a build machine, for ${waited} now.`);
  }

  async #trouble({ of, error, forMs }: Extract<FollowEvent, { kind: 'trouble' }>): Promise<void> {
    await this.#log.debug(error.message);
    if (forMs < troubleWorthTellingMs || this.#inTrouble.has(of)) return;
    this.#inTrouble.add(of);
    await this.#log.say(`${error.message} Trying on; the build goes on meanwhile.`);
  }

  async #logLost({ why }: Extract<FollowEvent, { kind: 'log-lost' }>): Promise<void> {
    if (why.kind === 'refused') {
      await this.#log.warning(
        `The build's log can't be shown: ${why.error.message} The result is still followed.`,
      );
      return;
    }
    await this.#log.say('The live log has broken off; the rest of it is shown when the build has ended.');
  }

  async #fromTimeToTime(line: string): Promise<void> {
    if (this.#clock.now() - this.#lastWordAt < betweenWordsMs) return;
    this.#lastWordAt = this.#clock.now();
    await this.#log.say(line);
  }
}
