// Tests how the bytes of a process are split into lines, as the runner does.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputLines } from './output-lines.ts';

function linesOf(chunks: readonly Uint8Array[]): readonly string[] {
  const lines: string[] = [];
  const reader = new OutputLines((line) => lines.push(line));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return lines;
}

describe("the lines of a process's output", () => {
  it('end with \\n, \\r\\n or a bare \\r, the last one also without', () => {
    expect(linesOf([Buffer.from('a\nb\r\nc\rd\n\ne')])).toEqual(['a', 'b', 'c', 'd', '', 'e']);
  });

  it('do not depend on how the bytes are split', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '构', '😀', '\r', '\n', ' '), maxLength: 20 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 8 }), (whole, cuts) => {
        const bytes = Buffer.from(whole);
        const marks = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort(
          (a, b) => a - b,
        );
        const chunks = marks.map((mark, index) => bytes.subarray(marks[index - 1] ?? 0, mark));
        expect(linesOf(chunks)).toEqual(linesOf([bytes]));
      }),
    );
  });
});
