/**
 * Cuts the response to one live log request out of a log: its text, its offsets and whether there is more. Log quirks are
 * the faults that make such a response wrong.
 */
import type { LogUnit } from './log-part.ts';
import type { LogText } from './log-text.ts';

export type LogQuirk =
  | { readonly kind: 'offset-stuck' }
  | { readonly kind: 'offset-back'; readonly by?: number | undefined }
  | { readonly kind: 'offset-forward-jump'; readonly by?: number | undefined }
  | { readonly kind: 'has-more-always' }
  | { readonly kind: 'has-more-never' }
  | { readonly kind: 'wrong-current-offset'; readonly by?: number | undefined }
  | { readonly kind: 'empty-content' }
  /** At most so many units (1000), cut between characters. */
  | { readonly kind: 'pieces'; readonly units?: number | undefined }
  /** At most so many units (37), cut anywhere: inside a line, a character or a surrogate pair. */
  | { readonly kind: 'cut'; readonly units?: number | undefined };

export const logQuirkKinds = [
  'offset-stuck',
  'offset-back',
  'offset-forward-jump',
  'has-more-always',
  'has-more-never',
  'wrong-current-offset',
  'empty-content',
  'pieces',
  'cut',
] as const satisfies readonly LogQuirk['kind'][];

export interface LogSource {
  readonly unit: LogUnit;
  readonly written: number;
  /** More text may follow, though none is waiting now. */
  readonly busy: boolean;
  readonly text: LogText;
}

export interface LogSlice {
  readonly content: string;
  readonly offset: number;
  readonly current: number;
  readonly more: boolean;
}

export function sliceLog(
  source: LogSource,
  from: number,
  length: number,
  quirks: readonly LogQuirk[],
): LogSlice {
  const cut = quirks.find((quirk) => quirk.kind === 'cut');
  const pieces = quirks.find((quirk) => quirk.kind === 'pieces');
  const most = pieces === undefined ? length : Math.min(length, pieces.units ?? 1_000);
  const limit = cut === undefined ? most : Math.min(most, cut.units ?? 37);
  const start = Math.min(from, source.written);
  const wanted = Math.min(start + limit, source.written);
  const end = cut === undefined ? wholeCharacterEnd(source, start, wanted) : wanted;
  const slice: LogSlice = {
    content: contentOf(source, start, end),
    offset: Math.max(from, end),
    current: from,
    more: source.busy || end < source.written,
  };
  return quirks.reduce(applyQuirk, slice);
}

function contentOf(source: LogSource, from: number, to: number): string {
  if (source.unit === 'characters') return source.text.characters(from, to);
  // Half a character decodes to U+FFFD, as in Java, which the service is written in.
  return source.text.bytes(from, to).toString('utf8');
}

/** The last end that does not cut a character, where offsets count bytes. */
function wholeCharacterEnd(source: LogSource, from: number, to: number): number {
  if (source.unit === 'characters' || to >= source.written) return to;
  let end = to;
  while (end > from && isContinuation(source.text.bytes(end, end + 1)[0])) end -= 1;
  // A slice shorter than one character has to cut it.
  return end === from ? to : end;
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

function applyQuirk(slice: LogSlice, quirk: LogQuirk): LogSlice {
  switch (quirk.kind) {
    case 'offset-stuck':
      return { ...slice, offset: slice.current };
    case 'offset-back':
      return { ...slice, offset: Math.max(0, slice.current - (quirk.by ?? 100)) };
    case 'offset-forward-jump':
      return { ...slice, offset: slice.offset + (quirk.by ?? 100) };
    case 'has-more-always':
      return { ...slice, more: true };
    case 'has-more-never':
      return { ...slice, more: false };
    case 'wrong-current-offset':
      return { ...slice, current: slice.current + (quirk.by ?? 100) };
    case 'empty-content':
      return { ...slice, content: '', offset: slice.current, more: true };
    case 'pieces':
    case 'cut':
      return slice;
  }
}
