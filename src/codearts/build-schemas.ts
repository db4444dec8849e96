// Reads the answers about builds leniently and returns the clean shapes that the rest of the program works with. Only
// the schemas of this folder know of the service's inconsistencies: wrapped or bare results, strings for numbers,
// camelCase for snake_case, objects for arrays. Reference 4.6, 4.8, 4.12, 4.27, 4.28, 7.2; the rest
// was seen live.

import * as v from 'valibot';
import {
  commitId,
  dailyBuildNumber,
  lenientArray,
  lenientBoolean,
  listOf,
  logOffset,
  name,
  nameIfAny,
  numberOrNothing,
  projectId,
  recordId,
  result,
  resultOrNothing,
  snakeCase,
  text,
  textIfAny,
  time,
  wholeNumber,
} from './schema.ts';

/** The new build, as the start call names it. */
export interface StartedBuild {
  readonly buildNumber: number;
  readonly dailyBuildNumber: string;
}

export interface BuildRecord {
  /** The 36-character id that log downloads want; empty while the service has given none. */
  readonly recordId: string;
  readonly parentRecordId: string;
  /** ACTION, YAML (which alone can have children), or empty when the answer does not say. */
  readonly configType: string;
  /** The CodeArts project that the job is in. */
  readonly projectId: string;
  readonly buildNumber: number;
  readonly dailyBuildNumber: string;
  /** CodeArts' own word, such as SUCCESS or InQueue; empty when it gave none. */
  readonly status: string;
  /** 7 to 64 hexadecimal digits, or empty. */
  readonly commitId: string;
  readonly branch: string;
  readonly tag: string;
  /** Milliseconds since the epoch; undefined until it happened. */
  readonly createdAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Milliseconds; undefined until the build has ended. */
  readonly durationMs: number | undefined;
  /** The service's own message about what went wrong. */
  readonly message: string;
}

/** One answer of the live log. */
export interface LogChunk {
  readonly content: string;
  /** Where to go on: opaque, as text. Empty when the answer has none. */
  readonly offset: string;
  /** Where this content begins, as far as the answer says. */
  readonly currentOffset: string;
  readonly hasMore: boolean;
}

/** A build in the job's list of records. */
export interface ListedBuild {
  /** 0 where the entry has none that can be read: it may be any build. */
  readonly buildNumber: number;
  readonly dailyBuildNumber: string;
  readonly startedAt: number | undefined;
  readonly commitId: string;
  readonly branch: string;
  /** Still running or waiting, or the word it ended with. */
  readonly status: string;
}

/** Reference 4.6. A build without a number is unreadable: nothing could be done with it. */
export const startedBuild = v.pipe(
  result,
  v.object({
    actual_build_number: v.pipe(wholeNumber, v.minValue(1)),
    daily_build_number: dailyBuildNumber,
  }),
  v.transform(
    (from): StartedBuild => ({
      buildNumber: from.actual_build_number,
      dailyBuildNumber: from.daily_build_number,
    }),
  ),
);

/** Reference 4.12. Its status and one of its ids must be readable; other invalid fields are left empty. */
export const buildRecord = v.pipe(
  result,
  v.object({
    build_record_id: recordId,
    parent_record_id: recordId,
    build_config_type: nameIfAny,
    devcloud_project_id: projectId,
    build_no: v.fallback(v.optional(wholeNumber, 0), 0),
    daily_build_num: dailyBuildNumber,
    status: name,
    commit: commitId,
    branch: textIfAny,
    tag: textIfAny,
    create_time: time,
    start_time: time,
    finish_time: time,
    duration: numberOrNothing,
    err_msg: textIfAny,
  }),
  // Without an id it is no record: the "success" of an empty envelope must never count as the build's status.
  v.check(({ build_no, build_record_id }) => build_no > 0 || build_record_id !== '', 'no id'),
  v.transform(
    (from): BuildRecord => ({
      recordId: from.build_record_id,
      parentRecordId: from.parent_record_id,
      configType: from.build_config_type,
      projectId: from.devcloud_project_id,
      buildNumber: from.build_no,
      dailyBuildNumber: from.daily_build_num,
      status: from.status.trim(),
      commitId: from.commit,
      branch: from.branch,
      tag: from.tag,
      createdAt: from.create_time,
      startedAt: from.start_time,
      finishedAt: from.finish_time,
      durationMs: from.duration,
      message: from.err_msg,
    }),
  ),
);

/** Reference 4.27; the newer edition has other names for the same. */
export const logAnswer = v.pipe(
  result,
  v.object({
    content: text,
    log: text,
    offset: logOffset,
    end_offset: logOffset,
    current_offset: logOffset,
    start_offset: logOffset,
    has_more_data: lenientBoolean,
    has_more: lenientBoolean,
  }),
  v.transform(
    (from): LogChunk => ({
      content: from.content || from.log,
      offset: from.offset || from.end_offset,
      currentOffset: from.current_offset || from.start_offset,
      hasMore: from.has_more_data || from.has_more,
    }),
  ),
);

const listedBuild = v.pipe(
  snakeCase,
  v.object({
    number: v.fallback(wholeNumber, 0),
    daily_build_number: dailyBuildNumber,
    start_time: time,
    commit_id: commitId,
    code_branch: textIfAny,
    job_running_status: nameIfAny,
    state: nameIfAny,
  }),
  v.transform(
    (from): ListedBuild => ({
      buildNumber: from.number,
      dailyBuildNumber: from.daily_build_number,
      startedAt: from.start_time,
      commitId: from.commit_id,
      branch: from.code_branch,
      status: from.state || from.job_running_status,
    }),
  ),
);

export interface BuildPage {
  readonly builds: readonly ListedBuild[];
  /** How many builds the whole window has; undefined when the answer does not say. */
  readonly total: number | undefined;
}

const entries = v.optional(listOf, null);
const unreadable: ListedBuild = {
  buildNumber: 0,
  dailyBuildNumber: '',
  startedAt: undefined,
  commitId: '',
  branch: '',
  status: '',
};
const listedBuilds = v.array(v.fallback(listedBuild, unreadable));

/** Reference 4.28: its table calls the list job_build_statuses, its sample job_build_states. */
export const pageOfBuilds = v.pipe(
  result,
  v.object({
    job_build_statuses: entries,
    job_build_states: entries,
    total_record: numberOrNothing,
  }),
  v.transform((from): BuildPage => {
    const all = [...from.job_build_statuses, ...from.job_build_states];
    return { builds: v.parse(listedBuilds, all), total: from.total_record };
  }),
);

/** A child of a multi-task build (BuildFlow). */
export interface FlowChild {
  /** The child's own record, which its log is downloaded by. */
  readonly recordId: string;
  /** Its name in build.yml; its number or record where it has no name. */
  readonly name: string;
  /** 0 until the service has given one. */
  readonly buildNumber: number;
  /** CodeArts' own word; empty for a child that has not run, or never will. */
  readonly status: string;
  /** Milliseconds since the epoch; undefined until it happened. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Milliseconds that it has run so far. */
  readonly durationMs: number | undefined;
  /** Record ids of the children that must have succeeded first. */
  readonly needs: readonly string[];
}

export interface FlowGraph {
  readonly children: readonly FlowChild[];
}

const vertex = v.pipe(
  snakeCase,
  v.object({
    id: v.pipe(recordId, v.nonEmpty()),
    status: name,
    display_name: nameIfAny,
    build_duration: numberOrNothing,
    start_time: time,
    finish_time: time,
    build_no: v.fallback(v.optional(wholeNumber, 0), 0),
  }),
);

/** `from` is the child that waits, `to` the one that it waits for. */
const edge = v.pipe(snakeCase, v.object({ from: recordId, to: recordId }));

/** Chapter 7.2. */
export const flowGraph = v.pipe(
  // A build without children may answer null: an empty graph.
  resultOrNothing,
  v.object({ vertices: lenientArray(vertex), edges: lenientArray(edge) }),
  v.transform(({ vertices, edges }): FlowGraph => {
    const known = new Map(vertices.map((child) => [child.id, child]));
    const needs = new Map(vertices.map(({ id }): [string, Set<string>] => [id, new Set()]));
    for (const { from, to } of edges) {
      if (from !== to && known.has(to)) needs.get(from)?.add(to);
    }
    return {
      children: [...known.values()].map((child) => ({
        recordId: child.id,
        name: child.display_name.trim() || (child.build_no > 0 ? `#${child.build_no}` : child.id),
        buildNumber: child.build_no,
        status: child.status.trim(),
        startedAt: child.start_time,
        finishedAt: child.finish_time,
        durationMs: child.build_duration,
        needs: [...(needs.get(child.id) ?? [])],
      })),
    };
  }),
);

const shortestAbbreviation = 7;

/** True when both name the same commit: in any case, and possibly abbreviated. An empty or a very short id names none. */
export function sameCommit(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (Math.min(a.length, b.length) < shortestAbbreviation) return false;
  return a.startsWith(b) || b.startsWith(a);
}
