/** Cuts a piece of a build's log for its page: from a byte on, whole characters only, and no more than a page can show. */
import type { Build } from '../build.ts';
import { visible } from './visible-text.ts';

export interface LogPiece {
  readonly text: string;
  /** Where the next piece begins, in bytes. */
  readonly next: number;
  /** The log is complete and ends with this piece. */
  readonly complete: boolean;
}

const longest = 256 * 1024;

/** The end of the log so far, which a page shows first. */
export const logEnd = (build: Build): LogPiece => logPiece(build, 0);

/** What was added since `from`. When that is too long for a page: its end, and how much is omitted. */
export function logPiece(build: Build, from: number): LogPiece {
  const written = build.logs.written('bytes');
  const text = build.logs.text('INFO');
  const start = Math.min(written, Math.max(from, written - longest));
  const bytes = text.bytes(start, written);
  const whole = wholeCharacters(bytes, start > from);
  const skipped = start > from ? `… ${(start - from).toLocaleString('en')} bytes are not shown here …\n` : '';
  const next = start + whole.end;
  return {
    text: skipped + visible(Buffer.from(bytes.subarray(whole.begin, whole.end)).toString('utf8')),
    next,
    complete: build.logs.complete && next === written,
  };
}

const isInside = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Leaves out characters that the piece cuts at its beginning or end. */
function wholeCharacters(bytes: Uint8Array, cutBefore: boolean): { begin: number; end: number } {
  let begin = 0;
  while (cutBefore && isInside(bytes[begin])) begin += 1;
  let lead = bytes.length - 1;
  while (lead > begin && bytes.length - lead < 4 && isInside(bytes[lead])) lead -= 1;
  const first = bytes[lead] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return { begin, end: lead + length > bytes.length ? Math.max(begin, lead) : bytes.length };
}
