// Completes a log that the live log left incomplete: finds in the full log the place up to which it was shown.
// Reads a stream, keeps no more of it than the tail it looks for. Reference 4.10.

/** How far the log was shown: so many characters, the last of which are `tail`. */
export interface Shown {
  readonly length: number;
  readonly tail: string;
}

export type Completion =
  /** The shown text is the beginning of the full log; the rest has been yielded. */
  | 'completed'
  /** The shown text is not the beginning of the full log; nothing has been yielded. */
  | 'differs';

/** Yields what follows the shown part of the full log. */
export async function* restOf(
  fullLog: AsyncIterable<string>,
  shown: Shown,
): AsyncGenerator<string, Completion> {
  let position = 0;
  let tail = '';
  for await (const piece of fullLog) {
    const head = piece.slice(0, shown.length - position);
    position += head.length;
    tail = (tail + head).slice(-shown.tail.length);
    if (position < shown.length) continue;
    if (head !== '' && tail !== shown.tail) return 'differs';
    if (head.length < piece.length) yield piece.slice(head.length);
  }
  return position < shown.length ? 'differs' : 'completed';
}

/** Yields what follows the first place of the full log at which the shown tail stands. */
export async function* restAfterTail(
  fullLog: AsyncIterable<string>,
  tail: string,
): AsyncGenerator<string, Completion> {
  let window = '';
  let found = false;
  for await (const piece of fullLog) {
    if (found) {
      yield piece;
      continue;
    }
    window += piece;
    const at = window.indexOf(tail);
    if (at === -1) {
      window = window.slice(-tail.length);
      continue;
    }
    found = true;
    yield window.slice(at + tail.length);
  }
  return found ? 'completed' : 'differs';
}
