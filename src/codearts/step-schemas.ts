// Reads the answers about the steps of a build: their states (reference 4.8), the stages that run them, and CodeArts'
// own analysis of a failure. The newer calls are documented in 2026 and optional by nature.

import * as v from 'valibot';
import { truncate } from '../text.ts';
import {
  boundedText,
  lenientArray,
  lenientBoolean,
  listOf,
  name,
  nameIfAny,
  numberOrNothing,
  result,
  resultOrNothing,
  snakeCase,
  textIfAny,
  time,
  wholeNumber,
} from './schema.ts';

export interface BuildStep {
  readonly name: string;
  /** `stopped` is never CodeArts' own word: builds/outcome.ts has it for the step in which a build was stopped. */
  readonly status: 'running' | 'success' | 'error' | 'stopped' | 'not-run';
  readonly durationMs: number;
}

export interface BuildDetails {
  readonly jobName: string;
  readonly steps: readonly BuildStep[];
  /** Sensitive values are masked by the service. */
  readonly parameters: ReadonlyMap<string, string>;
}

const step = v.pipe(
  snakeCase,
  v.object({ name, status: nameIfAny, build_time: numberOrNothing }),
  v.transform(
    (from): BuildStep => ({
      name: from.name,
      status: stepStatus(from.status),
      durationMs: from.build_time ?? 0,
    }),
  ),
);

/** Of a step, or of a stage of the newer edition. */
export function stepStatus(word: string): BuildStep['status'] {
  const known = word.toLowerCase();
  if (known === 'running' || known === 'success') return known;
  if (/^(?:error|fail)/.test(known)) return 'error';
  return 'not-run';
}

/** A map, or (reference sample) a list that holds maps. */
const parameterMap = v.pipe(
  listOf,
  v.transform((maps) => {
    const parameters = new Map<string, string>();
    for (const map of maps) {
      if (!v.is(v.record(v.string(), v.unknown()), map)) continue;
      for (const [key, value] of Object.entries(map)) {
        const read = v.safeParse(v.tuple([name, boundedText]), [key, value]);
        if (read.success) parameters.set(...read.output);
      }
    }
    return parameters;
  }),
);

/** Reference 4.8. */
export const buildDetails = v.pipe(
  result,
  v.object({
    job_name: nameIfAny,
    build_steps: lenientArray(step),
    parameters: v.optional(parameterMap, {}),
  }),
  v.transform(
    (from): BuildDetails => ({
      jobName: from.job_name,
      steps: from.build_steps,
      parameters: from.parameters,
    }),
  ),
);

const recordParameter = v.pipe(
  snakeCase,
  v.object({ name: v.pipe(name, v.nonEmpty()), value: textIfAny, secret: lenientBoolean }),
);

/** A build of which the record id is known. */
export interface RecordInfo {
  /** 0 where the answer has none. */
  readonly buildNumber: number;
  /** Milliseconds since the epoch; undefined until it happened. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Milliseconds that it has run so far. */
  readonly durationMs: number | undefined;
  /** Sensitive values are masked by the service, as in 4.8. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** GET /v1/record/{record_id}/info. */
export const recordInfo = v.pipe(
  result,
  v.object({
    build_no: v.fallback(v.optional(wholeNumber, 0), 0),
    start_time: time,
    finish_time: time,
    build_duration: numberOrNothing,
    parameters: lenientArray(recordParameter),
  }),
  v.transform(
    (from): RecordInfo => ({
      buildNumber: from.build_no,
      startedAt: from.start_time,
      finishedAt: from.finish_time,
      durationMs: from.build_duration,
      parameters: new Map(from.parameters.map((one) => [one.name, one.secret ? '***' : one.value])),
    }),
  ),
);

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

/** What CodeArts found in the log of a step that failed. */
export interface AnalyzedError {
  /** The step's name; may be empty. */
  readonly step: string;
  /** Such as DEV.CB.0210043; may be empty. */
  readonly code: string;
  readonly message: string;
  /** The address of a page about this error; empty where there is none. */
  readonly helpUrl: string;
}

const maxStages = 1_000;
const maxErrors = 20;
const maxLength = 2_000;

const stage = v.pipe(
  snakeCase,
  v.object({
    display_name: nameIfAny,
    execution_stage_name: nameIfAny,
    status: nameIfAny,
    build_duration: numberOrNothing,
    duration: numberOrNothing,
  }),
);

/** GET /v1/record/{record_id}/full-stages: an object by stage; empty for a build that never got a machine. */
export const stageList = v.pipe(
  resultOrNothing,
  v.object({ build_stages: v.fallback(v.optional(v.record(v.string(), v.unknown()), {}), {}) }),
  v.transform(({ build_stages }): Stage[] =>
    Object.entries(build_stages)
      .slice(0, maxStages)
      .flatMap(([id, value]) => {
        const read = v.safeParse(stage, value);
        if (!read.success || !/^stage_?\d+$/i.test(id)) return [];
        const { display_name, execution_stage_name, build_duration, duration } = read.output;
        const name = display_name || execution_stage_name;
        const durationMs = build_duration ?? duration ?? 0;
        return [{ id, name, status: stepStatus(read.output.status), durationMs }];
      }),
  ),
);

const shortText = v.pipe(
  textIfAny,
  v.transform((value) => truncate(value.trim(), maxLength)),
);

const errorInfo = v.pipe(
  snakeCase,
  v.object({ error_code: shortText, error_message: shortText, faq: shortText }),
);

const errorNode = v.pipe(
  snakeCase,
  v.object({ step: shortText, analyzed_success: lenientBoolean, error_info: errorInfo }),
);

/** GET /v1/log/{job_id}/{build_no}/analysis: the steps whose failure CodeArts could explain. */
export const analyzedErrors = v.pipe(
  resultOrNothing,
  v.object({ error_nodes: lenientArray(errorNode) }),
  v.transform(({ error_nodes }): AnalyzedError[] =>
    error_nodes
      .filter(({ analyzed_success }) => analyzed_success)
      .slice(0, maxErrors)
      .map(({ step, error_info: { error_code, error_message, faq } }) => ({
        step,
        code: error_code,
        message: error_message,
        helpUrl: /^https?:\/\/[^\s<>"'`\\]+$/.test(faq) ? faq : '',
      })),
  ),
);
