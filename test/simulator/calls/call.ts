/**
 * What a call gets and what it gives: the handler's side of the route table.
 * Owns reading of bodies and query values, with the codes of appendix 6.2. Refuses to know sockets.
 */
import * as v from 'valibot';
import type { Build } from '../build.ts';
import type { Cloud } from '../cloud.ts';
import type { Job } from '../job.ts';
import type { Json } from '../json.ts';
import type { LogQuirk } from '../log-quirks.ts';
import { type Refusal, refuse } from '../refusal.ts';

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
  /** What the fault list wants of the log's answer. */
  readonly quirks: readonly LogQuirk[];
  /** A part of the path, such as job_id. */
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

/** A CodeArts project's id, known here or not. */
export function projectOf(call: Call): string {
  const project = call.path('project_id');
  if (!/^[0-9a-zA-Z]{32}$/.test(project)) throw refuse.badBusinessId();
  return project;
}

export function buildOf(call: Call, name = 'build_no'): Build {
  return call.cloud.build(jobOf(call), call.path(name));
}

/** The body, or the refusal that `bad` makes of what is wrong with it. */
export function readBody<const S extends v.GenericSchema>(
  call: Call,
  schema: S,
  bad: (detail: string) => Refusal = refuse.badParameter,
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
  /** For a parameter that may be left out. */
  readonly otherwise?: number;
}

export function numberFrom(call: Call, name: string, rule: NumberRule): number {
  const text = call.query.get(name);
  if (text === null && rule.otherwise !== undefined) return rule.otherwise;
  const value = Number(text);
  const good = text !== null && /^\d{1,15}$/.test(text) && value >= rule.min && value <= rule.max;
  if (!good) throw refuse.badParameter(name);
  return value;
}

export function textFrom(call: Call, name: string): string {
  const text = call.query.get(name);
  if (text === null || text === '') throw refuse.badParameter(name);
  return text;
}
