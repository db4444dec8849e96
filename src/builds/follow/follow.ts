// Follows one build until it has ended and its log is read. Yields events; prints nothing. Stops at the build's end, at
// the deadline, on abort, or when contact is lost. Runs one loop over three pollers, so that a broken log
// never hides the build's end: the record decides how the build ends, the graph how its children do, and the log queue
// whose log is read.

import type { BuildId, CodeArtsBuildClient } from '../../codearts/client.ts';
import type { CallContext } from '../../codearts/retry.ts';
import type { FollowEnd, FollowEvent } from '../events.ts';
import { type PollKind, PollSchedule } from '../polling.ts';
import { ChildrenPoller } from './children-poller.ts';
import { LogQueue } from './log-queue.ts';
import { type BuildEnd, StatusPoller } from './status-poller.ts';

export interface FollowOptions {
  /** Its signal stops following at once, and its reason is thrown. */
  readonly calls: CallContext;
  readonly client: CodeArtsBuildClient;
  readonly build: BuildId;
  /** Epoch milliseconds at which to stop following; the logs of a build that ended before are still read. */
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

/**
 * Follows the build until it has ended and its logs are read, or until the deadline.
 * @throws ApiError when the service rejects for good, LostContactError, or the signal's reason
 */
export async function* follow(options: FollowOptions): AsyncGenerator<FollowEvent, FollowEnd> {
  const { calls, client, build, deadline, readLog } = options;
  const { clock, signal } = calls;
  const schedule = new PollSchedule(options.pollIntervalMs, calls.random);
  const context = { ...calls, client, build, schedule };
  const status = new StatusPoller(context, options.justStarted);
  const children = new ChildrenPoller(context, readLog);
  const log = new LogQueue(context, readLog, deadline);
  const pollers = { schedule, status, children, log };
  const startingUntil = clock.now() + startingMs;

  let polledAtDeadline = false;
  try {
    for (;;) {
      const dueAt = Math.min(status.dueAt, children.dueAt, log.dueAt);
      if (status.ended && dueAt === Number.POSITIVE_INFINITY) return endOf(status.ended, children);
      // What is left to read of a build that has ended has limits of its own.
      if (!status.ended && Math.max(dueAt, clock.now()) >= deadline) {
        if (deadline > clock.now()) await clock.sleep(deadline - clock.now(), signal);
        if (polledAtDeadline) return { kind: 'deadline', log: log.parentProgress };
        // It may have ended since the last poll: then it is not stopped.
        polledAtDeadline = true;
        yield* pollStatus(pollers, false);
      } else {
        // The next piece of a full log is due at once.
        if (dueAt > clock.now()) await clock.sleep(dueAt - clock.now(), signal);
        signal.throwIfAborted();

        if (dueAt === status.dueAt) yield* pollStatus(pollers, clock.now() < startingUntil);
        else if (dueAt === children.dueAt) yield* pollChildren(pollers);
        else yield* pollLog(pollers);
      }

      schedule.setNearEnd(status.ended !== undefined || log.saysCompleted);
      if (!status.ended) continue;
      status.dueAt = Number.POSITIVE_INFINITY;
      if (children.over && log.over) return endOf(status.ended, children);
    }
  } finally {
    await log.close();
  }
}

function endOf(end: BuildEnd, { msSpentAfterEnd }: ChildrenPoller): FollowEnd {
  return { kind: 'ended', ...end, msSpentAfterEnd };
}

async function* pollStatus(pollers: Pollers, starting: boolean): AsyncGenerator<FollowEvent> {
  const { status, children, log } = pollers;
  yield* status.poll(() => statusKind(pollers, starting), log.saysCompleted);
  if (!status.latest) return;
  yield* children.onParentStatus(status.latest);
  if (children.over && children.children.length > 0) log.updateChildren(children.children, true);
  log.onParentStatus(status.latest);
}

async function* pollChildren({ status, children, log }: Pollers): AsyncGenerator<FollowEvent> {
  const hadAllEnded = children.allEnded;
  yield* children.poll(log.flowing);
  log.updateChildren(children.children, children.over);
  if (children.allEnded && !hadAllEnded) status.pollForEnd();
  else if (children.failing) status.pollSoon();
}

async function* pollLog({ status, children, log }: Pollers): AsyncGenerator<FollowEvent> {
  const before = { flowing: log.flowing, childSaysCompleted: log.childSaysCompleted };
  yield* log.poll();
  // A child's last line makes the graph due, the parent's its record. A log that pauses makes the record due soon.
  if (log.childSaysCompleted && !before.childSaysCompleted) children.pollSoon();
  else if (log.saysCompleted && log.flowing) status.pollForEnd();
  else if (children.children.length === 0 && (!log.reading || (before.flowing && !log.flowing))) {
    status.pollSoon();
  }
}

function statusKind({ status, children, log }: Pollers, starting: boolean): PollKind {
  if (starting && status.latest?.status.kind === 'queued') return { of: 'status', phase: 'starting' };
  if (status.latest?.status.kind === 'queued' || !log.reading) return { of: 'status', phase: 'withoutLog' };
  if (children.children.length > 0 && !children.failing) return { of: 'status', phase: 'parent' };
  return log.flowing ? { of: 'status', phase: 'active' } : { of: 'status', phase: 'idle' };
}
