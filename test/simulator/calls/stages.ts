/** Returns the stages of a build and their states, with the hidden ones (documented in 2026). */
import { utcTime } from '../dates.ts';
import { uuid } from '../identifiers.ts';
import type { Json } from '../json.ts';
import { type Answer, type Call, ok } from './call.ts';

export function showFullStages(call: Call): Answer {
  const build = call.cloud.record(call.path('record_id'));
  const start = build.startedAt;
  // A build that never got an executor has no stages.
  const stages = start === undefined ? [] : [...build.stages];
  const { steps: planned } = build.plan();
  const [first] = planned;
  const now = call.cloud.clock.now();
  const records = stages.map(([name, stage], place): [string, Json] => {
    const begun = (start ?? 0) + (planned[stage.index]?.from ?? 0);
    // The hidden stages end before the first visible step begins.
    const before = now >= (start ?? 0) + (first?.from ?? 0) ? 'success' : 'running';
    const hidden = { status: before, milliseconds: first?.from ?? 0 };
    const { status, milliseconds } = build.steps[stage.index] ?? hidden;
    const ended = status === 'success' || status === 'error';
    return [
      name,
      {
        id: uuid(build.recordId, name),
        status,
        status_code: null,
        log_status: null,
        create_time: utcTime(build.facts.requestedAt),
        schedule_time: utcTime(start ?? 0),
        queued_time: null,
        start_time: status === '' ? null : utcTime(begun),
        finish_time: ended ? utcTime(begun + milliseconds) : null,
        duration: Math.round(milliseconds),
        build_duration: Math.round(milliseconds),
        pending_duration: 0,
        build_record_id: build.recordId,
        execution_id: build.facts.executionId,
        execution_stage_name: stage.executionName,
        display_name: stage.displayName,
        node_id: place + 1,
        sequence: place + 1,
      },
    ];
  });
  return ok({ status: 'success', error: null, result: { build_stages: Object.fromEntries(records) } });
}
