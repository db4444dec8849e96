// The two units in which a log's offsets may count, and what a cut inside a character leaves of it.
// Arithmetic of text only: knows no answer and no place. Reference 4.27 says neither; a Java service is assumed.

/** UTF-8 bytes, or characters as Java and JavaScript count them (UTF-16 units). */
export type Unit = 'bytes' | 'characters';
export type Count = Readonly<Record<Unit, number>>;

/** In the order in which they are tried: a service that counts bytes is told apart by the first wide character. */
export const units: readonly Unit[] = ['bytes', 'characters'];

/** How much text this is in each unit. */
export function count(text: string): Count {
  return { bytes: Buffer.byteLength(text), characters: text.length };
}

/**
 * A text that ends in U+FFFD, without what stands there for the half of a cut character, if `bytes` is its length
 * then; undefined when it is not: a half has one to three bytes, and each makes one U+FFFD or they make one together.
 */
export function withoutHalfCharacter(text: string, bytes: number): string | undefined {
  for (let half = 1; half <= 3 && text.at(-half) === '\uFFFD'; half += 1) {
    const whole = text.slice(0, -half);
    const left = bytes - Buffer.byteLength(whole);
    if (left >= half && left <= 3) return whole;
  }
  return undefined;
}
