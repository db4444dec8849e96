// What a build made, as output-info tells it: packages, dependencies and images, in whatever shape they come.
// Reference 4.13.

import * as v from 'valibot';
import { resultOrNothing, snakeCase, text } from './schema.ts';

export interface Artifact {
  readonly kind: 'package' | 'dependency' | 'image';
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly uri: string;
}

const artifact = v.pipe(
  snakeCase,
  v.object({ name: text, version: text, package_type: text, type: text, uri: text }),
);

/** Artifacts under one key of output-info: one object, a list, a map from names to objects, or null. */
function artifactsOf(kind: Artifact['kind']) {
  return v.optional(
    v.pipe(
      v.unknown(),
      v.transform((value): Artifact[] =>
        candidates(value).flatMap((candidate) => {
          const read = v.safeParse(artifact, candidate);
          if (!read.success || (read.output.name === '' && read.output.uri === '')) return [];
          const { name, version, uri } = read.output;
          return [{ kind, name, version, type: read.output.package_type || read.output.type, uri }];
        }),
      ),
    ),
    null,
  );
}

function candidates(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(candidates);
  if (typeof value !== 'object' || value === null) return [];
  if (typeof Reflect.get(value, 'name') === 'string' || typeof Reflect.get(value, 'uri') === 'string') {
    return [value];
  }
  return Object.values(value).flatMap(candidates);
}

/** Everything a build made: sorted by name, version, address; without duplicates. */
export const artifactList = v.pipe(
  resultOrNothing,
  v.object({
    package_info: artifactsOf('package'),
    package_infos: artifactsOf('dependency'),
    image_infos: artifactsOf('image'),
  }),
  v.transform((from): Artifact[] =>
    sortedOnce([...from.package_info, ...from.package_infos, ...from.image_infos]),
  ),
);

/**
 * Sorted by name, version and address, each once. The same file may be listed as a build's package and among its
 * dependencies: the first one counts.
 */
export function sortedOnce<A extends Artifact>(artifacts: readonly A[]): A[] {
  const byIdentity = new Map<string, A>();
  for (const one of artifacts) {
    const identity = JSON.stringify([one.name, one.version, one.uri]);
    if (!byIdentity.has(identity)) byIdentity.set(identity, one);
  }
  return [...byIdentity].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
