// Reads what follows a place in a full log that comes in pieces.

import type { LogPosition, LogState } from '../../../src/builds/events.ts';
import { readFullLog } from '../../../src/builds/log/full-log.ts';
import { systemClock } from '../../../src/clock.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

/** @param size of each piece in UTF-16 units */
export async function restOf(
  log: string,
  size: number,
  from: LogPosition,
): Promise<{ text: string; state: LogState | undefined }> {
  const calls = { clock: systemClock, random: Math.random, signal: new AbortController().signal };
  let text = '';
  for await (const part of readFullLog(() => inPieces(log, size), { calls, from })) {
    if (part.kind === 'log-ended') return { text, state: part.end.state };
    text += part.text;
  }
  return { text, state: undefined };
}
