// A log server in miniature for property tests: a text that grows, offsets in a unit of its choice, and every way of
// answering wrongly that the cursor claims to survive. Answers in the service's JSON; knows nothing of the cursor.

import fc from 'fast-check';

/** `opaque`: a count that is neither bytes nor characters, and grows with the text all the same. */
export type ModelUnit = 'bytes' | 'characters' | 'opaque';

export type ModelFault =
  | { readonly kind: 'offset-stuck' }
  | { readonly kind: 'offset-back'; readonly by: number }
  | { readonly kind: 'offset-jump'; readonly by: number }
  | { readonly kind: 'empty-content' }
  /** The answer before, as a cache between gives it. */
  | { readonly kind: 'previous-answer' }
  | { readonly kind: 'wrong-current-offset'; readonly by: number }
  | { readonly kind: 'more-lies' };

export interface ModelStep {
  /** So many units are written before the answer. */
  readonly grow: number;
  /** The most units of one answer. */
  readonly limit: number;
  readonly fault: ModelFault | undefined;
}

export const logText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom('[INFO] compiling\n', 'npm warn\r\n', '50%\r', '\n', '.', '....', 'a', ' '),
      fc.constantFrom(
        '[Maven构建:external_post_maven] : 该步骤开始执行。\n',
        '下载',
        'é',
        '✓',
        '😀',
        '👩‍👩‍👧',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('\uFFFD', '\uFFFD\uFFFD', 'x'.repeat(300)),
    ),
    { maxLength: 40, size: 'max' },
  )
  .map((parts) => `${parts.join('').replaceAll('Finished:', '')}\nFinished: SUCCESS\n`);

const by = fc.integer({ min: 1, max: 200 });
export const modelFault: fc.Arbitrary<ModelFault> = fc.oneof(
  fc.constant({ kind: 'offset-stuck' as const }),
  by.map((by) => ({ kind: 'offset-back' as const, by })),
  by.map((by) => ({ kind: 'offset-jump' as const, by })),
  fc.constant({ kind: 'empty-content' as const }),
  fc.constant({ kind: 'previous-answer' as const }),
  by.map((by) => ({ kind: 'wrong-current-offset' as const, by })),
  fc.constant({ kind: 'more-lies' as const }),
);

export const modelStep = (fault: fc.Arbitrary<ModelFault | undefined>): fc.Arbitrary<ModelStep> =>
  fc.record({
    grow: fc.nat(60),
    limit: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(10_000)),
    fault,
  });

interface Slice {
  readonly content: string;
  readonly offset: number;
  readonly current: number;
  readonly more: boolean;
}

export class ModelLog {
  readonly text: string;
  readonly #unit: ModelUnit;
  readonly #shape: 'strings' | 'numbers';
  readonly #bytes: Buffer;
  #written = 0;
  #previous: Slice | undefined;

  constructor(text: string, unit: ModelUnit, shape: 'strings' | 'numbers') {
    // Lone surrogates have no bytes: such a text can't have been written.
    this.text = text.toWellFormed();
    this.#unit = unit;
    this.#shape = shape;
    this.#bytes = Buffer.from(this.text);
  }

  get #size(): number {
    return this.#unit === 'bytes' ? this.#bytes.length : this.text.length;
  }

  answer(asked: string, { grow, limit, fault }: ModelStep): unknown {
    this.#written = Math.min(this.#size, this.#written + grow);
    const honest = this.#slice(Number(asked), limit);
    const slice = fault ? this.#bend(honest, fault) : honest;
    this.#previous = honest;
    const word = (value: number | boolean) => (this.#shape === 'strings' ? String(value) : value);
    return {
      result: {
        has_more_data: word(slice.more),
        offset: word(slice.offset),
        content: slice.content,
        current_offset: word(slice.current),
      },
      status: 'success',
    };
  }

  /** Everything is written, and answers are honest. */
  lastAnswer(asked: string): unknown {
    return this.answer(asked, { grow: this.#size, limit: this.#size, fault: undefined });
  }

  #slice(asked: number, limit: number): Slice {
    const scale = this.#unit === 'opaque' ? 7 : 1;
    const from = Math.min(Math.floor(asked / scale), this.#written);
    const to = Math.min(from + limit, this.#written);
    return {
      content:
        this.#unit === 'bytes' ? this.#bytes.subarray(from, to).toString('utf8') : this.text.slice(from, to),
      offset: to * scale,
      current: asked,
      more: to < this.#size,
    };
  }

  #bend(slice: Slice, fault: ModelFault): Slice {
    switch (fault.kind) {
      case 'offset-stuck':
        return { ...slice, offset: slice.current };
      case 'offset-back':
        return { ...slice, offset: Math.max(0, slice.current - fault.by) };
      case 'offset-jump':
        // A lie that is the right count in the other unit could not be distinguished from the truth.
        return { ...slice, offset: slice.offset + this.#bytes.length + fault.by };
      case 'empty-content':
        return { ...slice, content: '', offset: slice.current, more: true };
      case 'previous-answer':
        return this.#previous ?? slice;
      case 'wrong-current-offset':
        return { ...slice, current: slice.current + fault.by };
      case 'more-lies':
        return { ...slice, more: !slice.more };
    }
  }
}
