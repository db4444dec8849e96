// Follows one build until it has ended and its log is read. Yields events; prints nothing. Stops at the build's end, at
// the deadline, on abort, or after 10 minutes without contact. Runs one loop over three pollers, so that a broken log
// never hides the build's end: the record decides how the build ends, the children's graph how they stand, and the log
// queue whose log is read.

import type { Clock, Random } from '../../clock.ts';
import type { BuildId, CodeArtsBuildClient } from '../../codearts/api.ts';
import { LiveLog } from '../log/live-log.ts';
import { type PollKind, PollSchedule } from '../polling.ts';
import { ChildrenPoller } from './children-poller.ts';
import type { FollowEnd, FollowEvent } from './events.ts';
import { LogQueue } from './log-queue.ts';
import { type BuildEnd, StatusPoller } from './status-poller.ts';

export interface FollowOptions {
  readonly client: CodeArtsBuildClient;
  readonly build: BuildId;
  readonly clock: Clock;
  readonly random: Random;
  /** Stops following at once and throws its reason. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds at which to stop following; a multi-task build that ended before is still read to its end. */
  readonly deadline: number;
  /**
   * The longest interval between two polls of the log in milliseconds, plus or minus ten percent. What is polled
   * besides the log may wait 3 to 12 times as long, and longer while the service fails or throttles.
   */
  readonly pollIntervalMs: number;
  /** False: the log is not read, and the children are read only after the build's end. */
  readonly readLog: boolean;
  /** True when this run started the build: its record may take a moment to appear. */
  readonly justStarted: boolean;
}

interface Pollers {
  readonly schedule: PollSchedule;
  readonly status: StatusPoller;
  readonly children: ChildrenPoller;
  readonly log: LogQueue;
}

/** Milliseconds after following began in which the status is polled quickly: the build may leave the queue at once. */
const startingMs = 10_000;

/** @throws ApiError when the service rejects for good, LostContactError, or the signal's reason */
export async function* follow(options: FollowOptions): AsyncGenerator<FollowEvent, FollowEnd> {
  const { clock, signal, deadline } = options;
  const schedule = new PollSchedule(options.pollIntervalMs, options.random);
  const context = { ...options, pace: schedule };
  const status = new StatusPoller(context, options.justStarted);
  const children = new ChildrenPoller(context, options.readLog);
  // The queue of a build without children holds the build's own log alone.
  const log = new LogQueue(context, new LiveLog(context, options.readLog), options.readLog);
  const pollers = { schedule, status, children, log };
  const startingUntil = clock.now() + startingMs;

  let polledAtDeadline = false;
  try {
    for (;;) {
      const dueAt = Math.min(status.dueAt, children.dueAt, log.dueAt);
      // Nothing is left to poll: the full log has what is missing of the log.
      if (status.ended && dueAt === Number.POSITIVE_INFINITY) return endOf(status.ended, pollers);
      if (Math.max(dueAt, clock.now()) >= deadline && !isCompletingChildren(pollers)) {
        if (deadline > clock.now()) await clock.sleep(deadline - clock.now(), signal);
        if (!status.ended && !polledAtDeadline) {
          // It may have ended since the last poll: then it is not stopped, and the full log brings the rest.
          polledAtDeadline = true;
          yield* pollStatus(pollers, false);
          continue;
        }
        // A build that has ended was in time: only its log is cut short, and the full log completes it.
        return status.ended ? endOf(status.ended, pollers) : { kind: 'deadline', log: log.end() };
      }
      // The next piece of a full log is due at once.
      if (dueAt > clock.now()) await clock.sleep(dueAt - clock.now(), signal);
      signal.throwIfAborted();

      if (dueAt === status.dueAt) yield* pollStatus(pollers, clock.now() < startingUntil);
      else if (dueAt === children.dueAt) yield* pollChildren(pollers);
      else yield* pollLog(pollers);

      schedule.setEnding(status.ended !== undefined || log.finished);
      if (!status.ended) continue;
      status.dueAt = Number.POSITIVE_INFINITY;
      if (children.over && log.over) return endOf(status.ended, pollers);
    }
  } finally {
    await log.close();
  }
}

/** A multi-task build that ended in time is read to its end after the deadline too: its children's artifacts count. */
function isCompletingChildren({ status, children }: Pollers): boolean {
  return status.ended !== undefined && (children.children.length > 0 || !children.over);
}

function endOf({ record, result }: BuildEnd, { children, log }: Pollers): FollowEnd {
  return { kind: 'ended', record, result, log: log.end(), children: children.children };
}

async function* pollStatus(pollers: Pollers, starting: boolean): AsyncGenerator<FollowEvent> {
  const { status, children, log } = pollers;
  yield* status.poll(() => statusKind(pollers, starting), log.finished);
  if (!status.latest) return;
  yield* children.onParentStatus(status.latest);
  if (children.over && children.children.length > 0) log.childrenAre(children.children, true);
  const { record, standing } = status.latest;
  if (standing.kind === 'running') log.begin();
  if (standing.kind === 'ended') log.drain(record.finishedAt);
}

async function* pollChildren({ status, children, log }: Pollers): AsyncGenerator<FollowEvent> {
  const hadAllEnded = children.allEnded;
  yield* children.poll(log.flowing);
  status.recordContact(children.answeredAt);
  log.childrenAre(children.children, children.over);
  if (children.allEnded && !hadAllEnded) status.pollForEnd();
}

async function* pollLog({ status, children, log }: Pollers): AsyncGenerator<FollowEvent> {
  const before = { flowing: log.flowing, childFinished: log.childFinished };
  yield* log.poll();
  status.recordContact(log.answeredAt);
  // A child's last line makes the graph due, the build's own its record. A log that pauses makes the record due soon.
  if (log.childFinished && !before.childFinished) children.pollSoon();
  else if (log.finished && log.flowing) status.pollForEnd();
  else if (children.children.length === 0 && (log.over || (before.flowing && !log.flowing))) {
    status.pollSoon();
  }
}

function statusKind({ status, children, log }: Pollers, starting: boolean): PollKind {
  if (starting && status.latest?.standing.kind === 'queued') return { of: 'status', phase: 'starting' };
  if (status.latest?.standing.kind === 'queued' || !log.reading) return { of: 'status', phase: 'alone' };
  if (children.children.length > 0) return { of: 'status', phase: 'parent' };
  return log.flowing ? { of: 'status', phase: 'active' } : { of: 'status', phase: 'idle' };
}
