// Reads what a build made: packages and images, in every shape that output-info was seen to have. Reference 4.13.

import * as v from 'valibot';
import {
  answer,
  answerOrNothing,
  boundedText,
  fields,
  from,
  matching,
  name,
  nameIfAny,
  numberOrNothing,
} from './schema.ts';

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
