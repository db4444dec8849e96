// Follows one build until it is over and its log is drained. Yields events; prints nothing, decides nothing.
// Ends on: final status plus drained log, deadline, abort, or 10 minutes without contact. A lost look is taken
// again, a refused one is not. One loop over two watches, so that a broken log never hides the build's end.

import type { Clock, Random } from '../clock.ts';
import type { BuildId, CodeArtsBuild } from '../codearts/client.ts';
import type { FollowEnd, FollowEvent } from './events.ts';
import { LogWatch } from './log-watch.ts';
import { Pace, type Wait } from './pace.ts';
import { type BuildEnd, StatusWatch } from './status-watch.ts';

export interface FollowOptions {
  readonly client: CodeArtsBuild;
  readonly build: BuildId;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends following at once, with its reason. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds at which to stop following. */
  readonly deadline: number;
  /** The most milliseconds between two looks, unless the service asks for more. */
  readonly pollIntervalMs: number;
  /** False: no log call is made. */
  readonly readLog: boolean;
  /** True when this run started the build: its record may take a moment to appear. */
  readonly justStarted: boolean;
}

/** @throws CallError when the service refuses for good, LostContactError, or the signal's reason */
export async function* follow(options: FollowOptions): AsyncGenerator<FollowEvent, FollowEnd> {
  const { clock, signal, deadline } = options;
  const pace = new Pace(options.pollIntervalMs, options.random);
  const status = new StatusWatch({ ...options, pace }, options.justStarted);
  const log = new LogWatch({ ...options, pace }, options.readLog);

  for (;;) {
    const statusFirst = status.dueAt <= log.dueAt;
    const dueAt = statusFirst ? status.dueAt : log.dueAt;
    if (Math.max(dueAt, clock.now()) >= deadline) {
      await clock.sleep(deadline - clock.now(), signal);
      // A build that is over has kept its time: only its log is cut short, for the full log to complete.
      return status.ended ? endOf(status.ended, log) : { kind: 'deadline' };
    }
    await clock.sleep(dueAt - clock.now(), signal);
    signal.throwIfAborted();

    if (statusFirst) {
      yield* status.look(() => statusWait(status, log));
      const standing = status.latest?.standing;
      if (standing?.kind === 'running') log.begin();
      if (standing?.kind === 'ended') log.buildEnded();
    } else {
      const before = log.state;
      yield* log.look();
      status.heardAt(log.goodAt);
      if (log.finished && log.state === 'flowing') status.finishing();
      else if (log.over || (before === 'flowing' && log.state === 'silent')) status.hint();
    }

    if (!status.ended) continue;
    status.dueAt = Number.POSITIVE_INFINITY;
    if (log.over) return endOf(status.ended, log);
  }
}

function endOf({ record, result }: BuildEnd, log: LogWatch): FollowEnd {
  return { kind: 'ended', record, result, log: log.end() };
}

function statusWait(status: StatusWatch, log: LogWatch): Wait {
  if (status.latest?.standing.kind === 'queued' || log.over) return 'lonelyStatus';
  return log.state === 'flowing' ? 'flowingStatus' : 'silentStatus';
}
