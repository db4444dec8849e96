/** Derives ids, keys, tokens and random numbers from a seed, so that a run can be repeated. None of it is secure. */
import { createHash } from 'node:crypto';

const digest = (parts: readonly (string | number)[]): string =>
  createHash('sha256').update(parts.join('\u0000')).digest('hex');

/** Lower-case hex of up to 64 digits; the same parts give the same digits. */
export const hexId = (length: number, ...parts: readonly (string | number)[]): string =>
  digest(parts).slice(0, length);

/** A UUID; the same parts give the same one. */
export function uuid(...parts: readonly (string | number)[]): string {
  const hex = digest(parts);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** The name of the temporary job that runs a build, such as `j_Oaqq1x3Z`. */
export function executionId(...parts: readonly (string | number)[]): string {
  return `j_${createHash('sha256').update(parts.join('\u0000')).digest('base64').replaceAll(/[+/=]/g, '').slice(0, 8)}`;
}

/** Numbers in [0, 1) from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
