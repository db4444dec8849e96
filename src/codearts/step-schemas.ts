// Reads the answers about the steps of a build: their states (reference 4.8), the stages that run them, and CodeArts'
// own analysis of a failure. The newer calls are documented in 2026 and optional by nature.

import * as v from 'valibot';
import { truncate } from '../text.ts';
import {
  answer,
  answerOrNothing,
  anyObject,
  boundedText,
  buildNumber,
  fields,
  from,
  lenientArray,
  lenientBoolean,
  listOf,
  matching,
  name,
  nameIfAny,
  numberOrNothing,
  textIfAny,
  time,
} from './schema.ts';

/** Of a step, or of a stage of the newer edition. */
const stepStatus = v.pipe(
  nameIfAny,
  v.transform((word): 'running' | 'success' | 'error' | 'not-run' => {
    const known = word.toLowerCase();
    if (known === 'running' || known === 'success') return known;
    return /^(?:error|fail)/.test(known) ? 'error' : 'not-run';
  }),
);

const stepDuration = v.pipe(
  numberOrNothing,
  v.transform((ms) => ms ?? 0),
);

export interface BuildStep {
  readonly name: string;
  /** `stopped` is never CodeArts' own word: builds/outcome.ts has it for the step in which a build was stopped. */
  readonly status: v.InferOutput<typeof stepStatus> | 'stopped';
  readonly durationMs: number;
}

const step = fields({ name, status: stepStatus, durationMs: from('build_time', stepDuration) });

/** A map, or (reference sample) a list that holds maps. Values that are no text are left out. */
const parameterMap = v.pipe(
  listOf,
  v.transform((maps) => {
    const parameters = new Map<string, string>();
    for (const map of maps) {
      if (!v.is(anyObject, map)) continue;
      for (const entry of Object.entries(map)) {
        const read = v.safeParse(v.tuple([name, boundedText]), entry);
        if (read.success) parameters.set(...read.output);
      }
    }
    return parameters;
  }),
);

export interface BuildDetails {
  readonly jobName: string;
  readonly steps: readonly BuildStep[];
  /** Sensitive values are masked by the service. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reference 4.8. */
export const buildDetails = answer({
  jobName: from('job_name', nameIfAny),
  steps: from('build_steps', lenientArray(step)),
  parameters: parameterMap,
});

const recordParameter = fields({
  name: v.pipe(name, v.nonEmpty()),
  value: textIfAny,
  secret: lenientBoolean,
});

/** A build of which the record id is known: GET /v1/record/{record_id}/info. */
export const recordInfo = answer({
  buildNumber: from('build_no', buildNumber),
  /** Milliseconds since the epoch; undefined until it happened. */
  startedAt: from('start_time', time),
  finishedAt: from('finish_time', time),
  /** Milliseconds that it has run so far. */
  durationMs: from('build_duration', numberOrNothing),
  /** Sensitive values are masked, as the service masks them in 4.8. */
  parameters: v.pipe(
    lenientArray(recordParameter),
    v.transform((list) => new Map(list.map((one) => [one.name, one.secret ? '***' : one.value]))),
  ),
});
export type RecordInfo = v.InferOutput<typeof recordInfo>;

/** One stage of a build; some are CodeArts' own and shown nowhere else. */
export interface Stage extends BuildStep {
  /** What the log of the stage is requested by, such as `stage3`. */
  readonly id: string;
}

const engineSteps = new Set(['PRE_ENV', 'POST_ENV', 'Cache Check', 'cache_check', 'wait_job_depends']);

/** True for a step that CodeArts adds to every job: history-details leaves them out (seen in logs of 2026). */
export function isEngineStep(name: string): boolean {
  return engineSteps.has(name);
}

const stage = fields({
  name: from(['display_name', 'execution_stage_name'], nameIfAny),
  status: stepStatus,
  durationMs: from(['build_duration', 'duration'], stepDuration),
});

/** GET /v1/record/{record_id}/full-stages: an object by stage; empty for a build that never got a machine. */
export const stageList = v.pipe(
  answerOrNothing({ build_stages: v.fallback(anyObject, {}) }),
  v.transform(({ build_stages }): Stage[] =>
    Object.entries(build_stages).flatMap(([id, value]) => {
      const read = v.safeParse(stage, value);
      return read.success && /^stage_?\d+$/i.test(id) ? [{ id, ...read.output }] : [];
    }),
  ),
);

const maxErrors = 20;
const maxLength = 2_000;

const shortText = v.pipe(
  textIfAny,
  v.transform((value) => truncate(value.trim(), maxLength)),
);

const errorInfo = fields({
  /** Such as DEV.CB.0210043; may be empty. */
  code: from('error_code', shortText),
  message: from('error_message', shortText),
  /** The address of a page about this error; empty where there is none. */
  helpUrl: from('faq', matching(/^https?:\/\/[^\s<>"'`\\]{1,2000}$/)),
});

const errorNode = fields({ step: shortText, analyzed_success: lenientBoolean, error_info: errorInfo });

/** What CodeArts found in the log of a step that failed. */
export interface AnalyzedError extends v.InferOutput<typeof errorInfo> {
  /** The step's name; may be empty. */
  readonly step: string;
}

/** GET /v1/log/{job_id}/{build_no}/analysis: the steps whose failure CodeArts could explain. */
export const analyzedErrors = v.pipe(
  answerOrNothing({ error_nodes: lenientArray(errorNode) }),
  v.transform(({ error_nodes }): AnalyzedError[] =>
    error_nodes
      .filter(({ analyzed_success }) => analyzed_success)
      .slice(0, maxErrors)
      .map(({ step, error_info }) => ({ step, ...error_info })),
  ),
);
