// Reads what a build made: packages and images, in every shape that output-info was seen to have. Reference 4.13.

import * as v from 'valibot';
import {
  boundedText,
  matching,
  name,
  nameIfAny,
  numberOrNothing,
  result,
  resultOrNothing,
  snakeCase,
} from './schema.ts';

export interface Artifact {
  readonly kind: 'package' | 'image';
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly uri: string;
}

const artifact = v.pipe(
  snakeCase,
  v.object({ name, version: name, package_type: nameIfAny, type: nameIfAny, uri: boundedText }),
);

/** Artifacts under one key of output-info: one object, a list, a map from names to objects, or null. */
function artifactsOf(kind: Artifact['kind']) {
  return v.optional(
    v.pipe(
      v.unknown(),
      v.transform((value): Artifact[] =>
        candidates(value, maxDepth).flatMap((candidate) => {
          const read = v.safeParse(artifact, candidate);
          if (!read.success || (read.output.name === '' && read.output.uri === '')) return [];
          const { package_type, type, ...identity } = read.output;
          return [{ kind, ...identity, type: package_type || type }];
        }),
      ),
    ),
    null,
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
  resultOrNothing,
  v.object({
    package_info: artifactsOf('package'),
    // Packages that are published for use in-house (二方包).
    package_infos: artifactsOf('package'),
    image_infos: artifactsOf('image'),
  }),
  v.transform((from): Artifact[] =>
    sortedOnce([...from.package_info, ...from.package_infos, ...from.image_infos]),
  ),
);

/** Where a package is kept, and how to verify it. */
export interface PackageFile {
  /** Empty when unknown. How to authenticate a download from there is not documented. */
  readonly downloadUrl: string;
  /** Bytes. */
  readonly size: number | undefined;
  /** Hexadecimal; empty where it is not known. */
  readonly sha256: string;
  readonly md5: string;
}

/** GET /devreposerver/v5/files/info of CodeArts Artifact. */
export const packageFile = v.pipe(
  result,
  v.object({
    download_url: matching(/^https:\/\/[^\s<>"'`\\]{1,4000}$/),
    size: numberOrNothing,
    sha256: matching(/^[0-9a-f]{64}$/i),
    md5: matching(/^[0-9a-f]{32}$/i),
  }),
  v.transform(
    ({ download_url, size, sha256, md5 }): PackageFile => ({ downloadUrl: download_url, size, sha256, md5 }),
  ),
);

/** Sorted by name, version and address, each once: the same file may be listed under two keys. */
export function sortedOnce<A extends Artifact>(artifacts: readonly A[]): A[] {
  const byIdentity = new Map<string, A>();
  for (const one of artifacts) {
    const identity = JSON.stringify([one.name, one.version, one.uri]);
    if (!byIdentity.has(identity)) byIdentity.set(identity, one);
  }
  return [...byIdentity].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
