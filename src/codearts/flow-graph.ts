// Reads the children of a multi-task build (BuildFlow): their ids, their states, and which of them each waits for.
// Reference 7.2.

import * as v from 'valibot';
import {
  lenientArray,
  name,
  nameIfAny,
  numberOrNothing,
  recordId,
  resultOrNothing,
  snakeCase,
  time,
  wholeNumber,
} from './schema.ts';

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

/** Reference 7.2. */
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
