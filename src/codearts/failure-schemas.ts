// Reads what CodeArts says about a failed build beyond its log: the stages that it ran and its own analysis.
// Neither is in the reference of 2024: documented in 2026, and optional by nature.

import * as v from 'valibot';
import { truncate } from '../text.ts';
import { type BuildStep, stepStatus } from './build-schemas.ts';
import {
  lenientArray,
  lenientBoolean,
  nameIfAny,
  numberOrNothing,
  resultOrNothing,
  snakeCase,
  textIfAny,
} from './schema.ts';

/** One stage of a build; some are CodeArts' own and shown nowhere else. */
export interface Stage extends BuildStep {
  /** What the log of the stage is requested by, such as `stage3`. */
  readonly id: string;
  readonly failed: boolean;
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
        const status = stepStatus(read.output.status);
        const durationMs = build_duration ?? duration ?? 0;
        const name = display_name || execution_stage_name;
        return [{ id, name, status, durationMs, failed: status === 'error' }];
      }),
  ),
);

const boundedText = v.pipe(
  textIfAny,
  v.transform((value) => truncate(value.trim(), maxLength)),
);

const errorInfo = v.pipe(
  snakeCase,
  v.object({ error_code: boundedText, error_message: boundedText, faq: boundedText }),
);

const errorNode = v.pipe(
  snakeCase,
  v.object({ step: boundedText, analyzed_success: lenientBoolean, error_info: errorInfo }),
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
