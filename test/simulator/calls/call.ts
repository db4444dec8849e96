/** Defines what a handler gets and returns, and reads bodies and query values with the error codes of appendix 6.2. */
import * as v from 'valibot';
import type { Build } from '../build.ts';
import type { Cloud } from '../cloud.ts';
import type { Job } from '../job.ts';
import type { Json } from '../json.ts';
import type { LogQuirk } from '../log-slice.ts';
import { errors, type ServiceError } from '../service-errors.ts';

export interface Caller {
  readonly user: string;
  readonly iamProjectId: string | undefined;
}

export interface Call {
  readonly cloud: Cloud;
  readonly caller: Caller;
  readonly query: URLSearchParams;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Faults that change a response of the live log. */
  readonly quirks: readonly LogQuirk[];
  /** A parameter of the path, such as job_id. */
  path(name: string): string;
}

export interface JsonAnswer {
  readonly kind: 'json';
  readonly status: number;
  readonly body: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FileAnswer {
  readonly kind: 'file';
  readonly status: number;
  readonly name: string;
  readonly size: number;
  readonly read: (from: number, to: number) => Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Answer = JsonAnswer | FileAnswer;
export type Handler = (call: Call) => Answer;

export const ok = (body: Json): JsonAnswer => ({ kind: 'json', status: 200, body });

export function jobOf(call: Call): Job {
  return call.cloud.job(call.path('job_id'), call.caller.iamProjectId);
}

/** The id of a CodeArts project, which need not exist here. */
export function projectOf(call: Call): string {
  const project = call.path('project_id');
  if (!/^[0-9a-zA-Z]{32}$/.test(project)) throw errors.badBusinessId();
  return project;
}

export function buildOf(call: Call, name = 'build_no'): Build {
  return call.cloud.build(jobOf(call), call.path(name));
}

/** The body as the schema reads it. Throws the error that `bad` makes of what is wrong with it. */
export function readBody<const S extends v.GenericSchema>(
  call: Call,
  schema: S,
  bad: (detail: string) => ServiceError = errors.badParameter,
): v.InferOutput<S> {
  let source: unknown;
  try {
    source = JSON.parse(Buffer.from(call.body).toString('utf8'));
  } catch {
    throw bad('the body is not JSON');
  }
  const read = v.safeParse(schema, source);
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw bad(`${v.getDotPath(issue) ?? 'body'}: ${issue.message}`);
}

export interface NumberRule {
  readonly min: number;
  readonly max: number;
  /** The value of an optional parameter that is missing; a required one has none. */
  readonly otherwise?: number;
}

export function numberFrom(call: Call, name: string, rule: NumberRule): number {
  const text = call.query.get(name);
  if (text === null && rule.otherwise !== undefined) return rule.otherwise;
  const value = Number(text);
  const good = text !== null && /^\d{1,15}$/.test(text) && value >= rule.min && value <= rule.max;
  if (!good) throw errors.badParameter(name);
  return value;
}

export function textFrom(call: Call, name: string): string {
  const text = call.query.get(name);
  if (text === null || text === '') throw errors.badParameter(name);
  return text;
}
