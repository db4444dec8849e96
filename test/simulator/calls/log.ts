/** Handles the calls for a log: live (4.27), whole (4.10, 7.1), one step's (4.11) and its analysis. */
import type { Build } from '../build.ts';
import { type LogSlice, type LogSource, sliceLog } from '../log-slice.ts';
import { errors } from '../service-errors.ts';
import { type Answer, buildOf, type Call, numberFrom, ok, textFrom } from './call.ts';

const longest = 1_000_000;

export function realTimeLog(call: Call): Answer {
  const build = buildOf(call);
  const offset = numberFrom(call, 'offset', { min: 0, max: Number.MAX_SAFE_INTEGER });
  // A longer length is accepted, but the response is no longer than the maximum.
  const asked = numberFrom(call, 'length', { min: 1, max: Number.MAX_SAFE_INTEGER, otherwise: longest });
  const slice = liveSlice(call, build, offset, Math.min(asked, longest));
  return ok({
    result: {
      has_more_data: slice.more,
      offset: slice.offset,
      content: slice.content,
      current_offset: slice.current,
    },
    error: null,
    status: 'success',
  });
}

/** The part of the live log from `offset` on, at most `length` units long. */
export function liveSlice(call: Call, build: Build, offset: number, length: number): LogSlice {
  requireLog(build);
  const { unit, moreWhileBuilding } = call.cloud.logOptions;
  const source: LogSource = {
    unit,
    written: build.logs.written(unit),
    busy: moreWhileBuilding && !build.logs.complete,
    text: build.logs.text('INFO'),
  };
  return sliceLog(source, offset, length, call.quirks);
}

/** There is no log while the build waits, and none when it never got an executor; the errors differ. */
function requireLog(build: Build): void {
  if (build.startedAt !== undefined) return;
  throw build.ended ? errors.noHistory() : errors.noBackend();
}

export function fullLog(call: Call): Answer {
  return logFile(call, call.cloud.record(call.path('record_id')), undefined);
}

export function stepLog(call: Call): Answer {
  const build = call.cloud.record(call.path('record_id'));
  const name = textFrom(call, 'task_name');
  const byName = call.cloud.logOptions.taskNames === 'any' && !build.stages.has(name);
  const stage = byName
    ? [...build.stages.values()].find((one) => !one.hidden && one.displayName === name)
    : build.stages.get(name);
  if (stage === undefined) throw errors.badParameter('task_name');
  return logFile(call, build, stage.index);
}

/** A log file in an object store: the request is signed in its query, and must not be signed in its headers. */
export function storedFile(call: Call): Answer {
  if (call.headers['authorization'] !== undefined || call.headers['x-auth-token'] !== undefined) {
    throw errors.twoSignatures();
  }
  if (call.query.get('Signature') !== 'simulated') throw errors.notAllowed();
  return call.path('file') === 'task-log' ? stepLog(call) : fullLog(call);
}

/** The service's own diagnosis of a failed build (documented in 2026). */
export function logAnalysis(call: Call): Answer {
  const build = buildOf(call);
  requireLog(build);
  const failed = build.ended
    ? [...build.stages].filter(([, { index }]) => build.steps[index]?.status === 'error')
    : [];
  const nodes = failed.map(([id, { displayName, index }]) => {
    const error = build.plan().steps[index]?.step.error;
    const info = {
      error_code: error?.code ?? null,
      error_message: error?.message ?? null,
      faq: error?.faq ?? null,
    };
    return { node_id: id, step: displayName, analyzed_success: error !== undefined, error_info: info };
  });
  const result = { jobName: build.facts.job.name, error_nodes: nodes };
  return ok({ result, error: null, status: 'success' });
}

function logFile(call: Call, build: Build, step: number | undefined): Answer {
  const level = call.query.get('log_level') ?? 'INFO';
  if (level !== 'INFO' && level !== 'DEBUG') throw errors.badParameter('log_level');
  requireLog(build);
  const { fullLogWhileRunning: habit } = call.cloud.logOptions;
  if (!build.logs.complete && habit === 'error') throw errors.noBackend();
  const text = build.logs.text(level, step);
  const size = !build.logs.complete && habit === 'empty' ? 0 : text.writtenAt(build.logs.elapsed, 'bytes');
  return {
    kind: 'file',
    status: 200,
    name: `${build.facts.dailyNumber}.log`,
    size,
    read: (from, to) => text.bytes(from, to),
  };
}
