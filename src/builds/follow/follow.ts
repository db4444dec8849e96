// Follows one build until it is over and its log is drained. Yields events; prints nothing, decides nothing.
// Ends on: final status plus drained log, deadline, abort, or 10 minutes without contact. A look that fails is taken
// again; a refusal ends it, at the third in a row where the build was seen. One loop over three watches, so that a
// broken log never hides the build's end: the build's record decides how it ends, its children (if it has any) tell
// how they stand, and the floor who is heard.

import type { Clock, Random } from '../../clock.ts';
import type { BuildId, CodeArtsBuildClient } from '../../codearts/api.ts';
import { LiveLog } from '../log/live-log.ts';
import { PollSchedule, type PollKind } from '../polling.ts';
import { ChildrenPoller } from './children-poller.ts';
import type { FollowEnd, FollowEvent } from './events.ts';
import { LogQueue } from './log-queue.ts';
import { type BuildEnd, StatusPoller } from './status-poller.ts';

export interface FollowOptions {
  readonly client: CodeArtsBuildClient;
  readonly build: BuildId;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends following at once, with its reason. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds at which to stop following; a multi-task build that ended before is still read to its end. */
  readonly deadline: number;
  /**
   * The most milliseconds between two looks at the log, give or take ten percent. What is looked at beside it may wait
   * 3 to 12 times as long, and a service that fails or throttles longer.
   */
  readonly pollIntervalMs: number;
  /** False: no log call is made, and the children are not looked at before the build's end. */
  readonly readLog: boolean;
  /** True when this run started the build: its record may take a moment to appear. */
  readonly justStarted: boolean;
}

interface Watches {
  readonly status: StatusPoller;
  readonly flow: ChildrenPoller;
  readonly log: LogQueue;
}

/** @throws ApiError when the service refuses for good, LostContactError, or the signal's reason */
export async function* follow(options: FollowOptions): AsyncGenerator<FollowEvent, FollowEnd> {
  const { clock, signal, deadline } = options;
  const pace = new PollSchedule(options.pollIntervalMs, options.random);
  const status = new StatusPoller({ ...options, pace }, options.justStarted);
  const flow = new ChildrenPoller({ ...options, pace }, options.readLog);
  const own = new LiveLog({ ...options, pace }, options.readLog);
  // Of a build without children the floor is its own log: read `log` as `own` then.
  const log = new LogQueue({ ...options, pace }, own, options.readLog);
  const watches = { status, flow, log };

  let lastLook = false;
  try {
    for (;;) {
      const dueAt = Math.min(status.dueAt, flow.dueAt, log.dueAt);
      // Nothing is left to look for: whatever is missing of the log, the full log has it.
      if (status.ended && dueAt === Number.POSITIVE_INFINITY) return endOf(status.ended, watches);
      const late = Math.max(dueAt, clock.now()) >= deadline;
      if (late && !(status.ended && (flow.children.length > 0 || !flow.over))) {
        if (deadline > clock.now()) await clock.sleep(deadline - clock.now(), signal);
        if (!status.ended && !lastLook) {
          // It may have ended since the last look: then it is not stopped, and the full log brings the rest.
          lastLook = true;
          yield* lookAtStatus(watches);
          continue;
        }
        // A build that is over has kept its time: only its log is cut short, for the full log to complete.
        return status.ended ? endOf(status.ended, watches) : { kind: 'deadline', log: log.end() };
      }
      // While a full log is being read its next piece is due at once.
      if (dueAt > clock.now()) await clock.sleep(dueAt - clock.now(), signal);
      signal.throwIfAborted();

      if (dueAt === status.dueAt) yield* lookAtStatus(watches);
      else if (dueAt === flow.dueAt) yield* lookAtChildren(watches);
      else yield* lookAtLog(watches);

      if (!status.ended) continue;
      status.dueAt = Number.POSITIVE_INFINITY;
      if (flow.over && log.over) return endOf(status.ended, watches);
    }
  } finally {
    await log.close();
  }
}

function endOf({ record, result }: BuildEnd, { flow, log }: Watches): FollowEnd {
  return { kind: 'ended', record, result, log: log.end(), children: flow.children };
}

async function* lookAtStatus({ status, flow, log }: Watches): AsyncGenerator<FollowEvent> {
  yield* status.poll(() => statusWait({ status, flow, log }));
  if (!status.latest) return;
  flow.onParentStatus(status.latest);
  // A build that turns out to have no graph after all has no more of it to wait for.
  if (flow.over && flow.children.length > 0) log.childrenAre(flow.children, true);
  const { record, standing } = status.latest;
  if (standing.kind === 'running') log.begin();
  if (standing.kind === 'ended') log.drain(record.finishedAt);
}

async function* lookAtChildren({ status, flow, log }: Watches): AsyncGenerator<FollowEvent> {
  const wereOver = flow.allChildrenOver;
  yield* flow.poll(log.flowing);
  status.recordContact(flow.answeredAt);
  log.childrenAre(flow.children, flow.over);
  if (flow.allChildrenOver && !wereOver) status.pollForEnd();
}

async function* lookAtLog({ status, flow, log }: Watches): AsyncGenerator<FollowEvent> {
  const before = { flowing: log.flowing, childFinished: log.childFinished };
  yield* log.poll();
  status.recordContact(log.answeredAt);
  // A child's last line asks for the graph, the build's own for its record; a log that stops only hints.
  if (log.childFinished && !before.childFinished) flow.hint();
  else if (log.finished && log.flowing) status.pollForEnd();
  else if (flow.children.length === 0 && (log.over || (before.flowing && !log.flowing))) status.pollSoon();
}

function statusWait({ status, flow, log }: Watches): PollKind {
  if (status.latest?.standing.kind === 'queued' || !log.reading) return { of: 'status', phase: 'alone' };
  // The children tell more of a multi-task build than its own status does.
  if (flow.children.length > 0) return { of: 'status', phase: 'parent' };
  return log.flowing ? { of: 'status', phase: 'active' } : { of: 'status', phase: 'idle' };
}
