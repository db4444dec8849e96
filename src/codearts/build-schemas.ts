// Reads the answers about builds leniently and returns the clean shapes that the rest of the program works with. Only
// the schemas of this folder know of the service's inconsistencies: wrapped or bare results, strings for numbers,
// camelCase for snake_case, objects for arrays. Reference 4.6, 4.12, 4.13, 4.27, 4.28, 7.2; the rest
// was seen live.

import * as v from 'valibot';
import {
  answer,
  answerOrNothing,
  boundedText,
  buildNumber,
  commitId,
  dailyBuildNumber,
  fields,
  from,
  id,
  lenientArray,
  lenientBoolean,
  listOf,
  logOffset,
  matching,
  name,
  nameIfAny,
  numberOrNothing,
  text,
  textIfAny,
  time,
  wholeNumber,
} from './schema.ts';

/** The new build. Without a number it is unreadable: nothing could be done with it. Reference 4.6. */
export const startedBuild = answer({
  buildNumber: from('actual_build_number', v.pipe(wholeNumber, v.minValue(1))),
  dailyBuildNumber: from('daily_build_number', dailyBuildNumber),
});
export type StartedBuild = v.InferOutput<typeof startedBuild>;

/** Its status and one of its ids must be readable; other invalid fields are left empty. Reference 4.12. */
export const buildRecord = v.pipe(
  answer({
    /** The 36-character id that log downloads want; empty while the service has given none. */
    recordId: from('build_record_id', id),
    parentRecordId: from('parent_record_id', id),
    /** ACTION, YAML (which alone can have children), or empty when the answer does not say. */
    configType: from('build_config_type', nameIfAny),
    /** The CodeArts project that the job is in. */
    projectId: from('devcloud_project_id', id),
    buildNumber: from('build_no', buildNumber),
    dailyBuildNumber: from('daily_build_num', dailyBuildNumber),
    /** CodeArts' own word, such as SUCCESS or InQueue; empty when it gave none. */
    status: v.pipe(name, v.trim()),
    /** 7 to 64 hexadecimal digits, or empty. */
    commitId: from('commit', commitId),
    branch: textIfAny,
    tag: textIfAny,
    /** Milliseconds since the epoch; undefined until it happened. */
    createdAt: from('create_time', time),
    startedAt: from('start_time', time),
    finishedAt: from('finish_time', time),
    /** Milliseconds; undefined until the build has ended. */
    durationMs: from('duration', numberOrNothing),
    /** The service's own message about what went wrong. */
    message: from('err_msg', textIfAny),
  }),
  // Without an id it is no record: the "success" of an empty envelope must never count as the build's status.
  v.check((record) => record.buildNumber > 0 || record.recordId !== '', 'no id'),
);
export type BuildRecord = v.InferOutput<typeof buildRecord>;

/** One answer of the live log. Reference 4.27; the newer edition has other names for the same. */
export const logAnswer = answer({
  content: from(['content', 'log'], text),
  /** Where to go on: opaque, as text. Empty when the answer has none. */
  offset: from(['offset', 'end_offset'], logOffset),
  /** Where this content begins, as far as the answer says. */
  currentOffset: from(['current_offset', 'start_offset'], logOffset),
  hasMore: from(['has_more_data', 'has_more'], lenientBoolean),
});
export type LogChunk = v.InferOutput<typeof logAnswer>;

/** A build in the job's list of records. */
const listedBuild = fields({
  /** 0 where the entry has none that can be read: it may be any build. */
  buildNumber: from('number', buildNumber),
  dailyBuildNumber: from('daily_build_number', dailyBuildNumber),
  startedAt: from('start_time', time),
  commitId: from('commit_id', commitId),
  branch: from('code_branch', textIfAny),
  /** Still running or waiting, or the word it ended with. */
  status: from(['state', 'job_running_status'], nameIfAny),
});
export type ListedBuild = v.InferOutput<typeof listedBuild>;

const unreadable = v.parse(listedBuild, {});
const listedBuilds = v.pipe(listOf, v.array(v.fallback(listedBuild, unreadable)));

/** Reference 4.28: its table calls the list job_build_statuses, its sample job_build_states. */
export const pageOfBuilds = answer({
  builds: from(['job_build_statuses', 'job_build_states'], listedBuilds),
  /** How many builds the whole window has; undefined when the answer does not say. */
  total: from('total_record', numberOrNothing),
});

const vertex = fields({
  /** The child's own record, which its log is downloaded by. */
  recordId: from('id', v.pipe(id, v.nonEmpty())),
  /** Its name in build.yml; its number or record where it has no name. */
  name: from('display_name', v.pipe(nameIfAny, v.trim())),
  buildNumber: from('build_no', buildNumber),
  /** CodeArts' own word; empty for a child that has not run, or never will. */
  status: v.pipe(name, v.trim()),
  /** Milliseconds since the epoch; undefined until it happened. */
  startedAt: from('start_time', time),
  finishedAt: from('finish_time', time),
  /** Milliseconds that it has run so far. */
  durationMs: from('build_duration', numberOrNothing),
});

/** `from` is the child that waits, `to` the one that it waits for. */
const edge = fields({ from: id, to: id });

/** A child of a multi-task build (BuildFlow). */
export interface FlowChild extends v.InferOutput<typeof vertex> {
  /** Record ids of the children that must have succeeded first. */
  readonly needs: readonly string[];
}

/** The children in the service's order; a build without children may answer null. Reference 7.2. */
export const flowGraph = v.pipe(
  answerOrNothing({ vertices: lenientArray(vertex), edges: lenientArray(edge) }),
  v.transform(({ vertices, edges }): readonly FlowChild[] => {
    const known = new Map(vertices.map((child) => [child.recordId, { child, needs: new Set<string>() }]));
    for (const { from: waiting, to } of edges) {
      if (waiting !== to && known.has(to)) known.get(waiting)?.needs.add(to);
    }
    return [...known.values()].map(({ child, needs }) => ({
      ...child,
      name: child.name || (child.buildNumber > 0 ? `#${child.buildNumber}` : child.recordId),
      needs: [...needs],
    }));
  }),
);

export interface Artifact extends v.InferOutput<typeof artifact> {
  readonly kind: 'package' | 'image';
}

const artifact = fields({
  name,
  version: name,
  type: from(['package_type', 'type'], nameIfAny),
  uri: boundedText,
});

/** Artifacts under one key of output-info: one object, a list, a map from names to objects, or null. */
function artifactsOf(kind: Artifact['kind']) {
  return v.pipe(
    v.unknown(),
    v.transform((value): Artifact[] =>
      candidates(value, maxDepth).flatMap((candidate) => {
        const read = v.safeParse(artifact, candidate);
        const isNamed = read.success && (read.output.name !== '' || read.output.uri !== '');
        return isNamed ? [{ kind, ...read.output }] : [];
      }),
    ),
  );
}

/** Lists and maps around an artifact. */
const maxDepth = 3;

/** @throws RangeError for an answer that is nested deeper than any that was seen */
function candidates(value: unknown, depth: number): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (typeof Reflect.get(value, 'name') === 'string' || typeof Reflect.get(value, 'uri') === 'string') {
    return [value];
  }
  if (depth === 0) throw new RangeError('the artifacts are nested too deeply');
  return Object.values(value).flatMap((inner) => candidates(inner, depth - 1));
}

/** Everything a build made, sorted and without duplicates. */
export const artifactList = v.pipe(
  answerOrNothing({
    package_info: artifactsOf('package'),
    // Packages that are published for use in-house (二方包).
    package_infos: artifactsOf('package'),
    image_infos: artifactsOf('image'),
  }),
  v.transform((from) => sortedOnce([...from.package_info, ...from.package_infos, ...from.image_infos])),
);

/** Where a package is kept, and how to verify it: GET /devreposerver/v5/files/info of CodeArts Artifact. */
export const packageFile = answer({
  /** Empty when unknown. How to authenticate a download from there is not documented. */
  downloadUrl: from('download_url', matching(/^https:\/\/[^\s<>"'`\\]{1,4000}$/)),
  /** Bytes. */
  size: numberOrNothing,
  /** Hexadecimal; empty where it is not known. */
  sha256: matching(/^[0-9a-f]{64}$/i),
  md5: matching(/^[0-9a-f]{32}$/i),
});
export type PackageFile = v.InferOutput<typeof packageFile>;

/** Sorted by name, version and address, each once: the same file may be listed under two keys. */
export function sortedOnce<A extends Artifact>(artifacts: readonly A[]): A[] {
  const byIdentity = new Map<string, A>();
  for (const one of artifacts) {
    const identity = JSON.stringify([one.name, one.version, one.uri]);
    if (!byIdentity.has(identity)) byIdentity.set(identity, one);
  }
  return [...byIdentity].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

const shortestAbbreviation = 7;

/** True when both name one commit, in upper or lower case and possibly abbreviated. A very short id names none. */
export function sameCommit(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (Math.min(a.length, b.length) < shortestAbbreviation) return false;
  return a.startsWith(b) || b.startsWith(a);
}
