// Finds the few lines of a long text that hold one of some signs, without looking at each line. Pure.

export interface LineBounds {
  readonly start: number;
  /** Where the line's `\n` stands. */
  readonly end: number;
}

/** The lines that hold at least one of the signs, in order. @param text whole lines, each with its `\n` */
export function* findLinesContaining(text: string, markers: readonly string[]): Generator<LineBounds> {
  const next = markers.map((sign) => text.indexOf(sign));
  for (;;) {
    const at = next.reduce((first, one) => (one !== -1 && (first === -1 || one < first) ? one : first), -1);
    if (at === -1) return;
    const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
    const end = text.indexOf('\n', at);
    if (end === -1) return;
    yield { start, end };
    for (const [index, sign] of markers.entries()) {
      const known = next[index] ?? -1;
      if (known !== -1 && known < end) next[index] = text.indexOf(sign, end);
    }
  }
}
