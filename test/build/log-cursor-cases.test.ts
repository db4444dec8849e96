// What the cursor makes of each kind of contradiction, answer by answer: whether it asks again, what it takes as new,
// and where it goes on. The properties in log-cursor.test.ts say that nothing gets lost; these say how.

import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { LogCursor, tailLength } from '../../src/build/log-cursor.ts';

/** An answer: its content, its offset, where it says to begin. */
type Said = readonly [content: string, offset: string, currentOffset: string];
/** What comes of it: the new text, or the cursor's word; and where it asks next. */
type Made = readonly [taken: string, offset: string];

const again = '(look-again)';

function follow(story: readonly (readonly [Said, Made])[]): LogCursor {
  const cursor = new LogCursor();
  const made = story.map(([[content, offset, currentOffset]]) => {
    const taken = cursor.accept({ content, offset, currentOffset, hasMore: true });
    return [taken.kind === 'text' ? taken.text : `(${taken.kind})`, cursor.offset];
  });
  expect(made).toEqual(story.map(([, expected]) => expected));
  return cursor;
}

const sha256 = (text: string) => createHash('sha256').update(text, 'utf16le').digest('hex');
const guessedFrom = (cursor: LogCursor) => cursor.guessed?.from;

const stories: readonly (readonly [string, readonly (readonly [Said, Made])[], number | undefined])[] = [
  [
    'goes on where an honest service says, and stays where nothing is new',
    [
      [
        ['abc', '3', '0'],
        ['abc', '3'],
      ],
      [
        ['', '3', '3'],
        ['', '3'],
      ],
      [
        ['', '', ''],
        ['', '3'],
      ],
      [
        ['下', '6', '3'],
        ['下', '6'],
      ],
      [
        ['载', '9', '6'],
        ['载', '9'],
      ],
    ],
    undefined,
  ],
  [
    'goes on by its own count where the offset stands still, from then on without asking twice',
    [
      [
        ['abc', '0', '0'],
        [again, '0'],
      ],
      [
        ['abc', '0', '0'],
        ['abc', '3'],
      ],
      [
        ['def', '3', '3'],
        ['def', '6'],
      ],
      [
        ['ghi', '9', '6'],
        ['ghi', '9'],
      ],
      [
        ['jkl', '9', '9'],
        [again, '9'],
      ],
    ],
    0,
  ],
  [
    'asks again afresh after an answer that was in order',
    [
      [
        ['abc', '0', '0'],
        [again, '0'],
      ],
      [
        ['', '0', '0'],
        ['', '0'],
      ],
      [
        ['abc', '0', '0'],
        [again, '0'],
      ],
      [
        ['abc', '3', '0'],
        ['abc', '3'],
      ],
      [
        ['def', '3', '3'],
        [again, '3'],
      ],
    ],
    undefined,
  ],
  [
    'believes a service that counts in a way of its own, where it says the same twice',
    [
      [
        ['abc', '70', '0'],
        [again, '0'],
      ],
      [
        ['abc', '70', '0'],
        ['abc', '70'],
      ],
      [
        ['def', '140', '70'],
        ['def', '140'],
      ],
      [
        ['', '200', '140'],
        [again, '140'],
      ],
      [
        ['', '200', '140'],
        ['', '200'],
      ],
      [
        ['ghi', '150', '200'],
        [again, '200'],
      ],
      [
        ['ghi', '210', '200'],
        ['ghi', '210'],
      ],
    ],
    0,
  ],
  [
    'takes text without moving on where two answers differ, and believes the next that fits',
    [
      [
        ['abc', '70', '0'],
        [again, '0'],
      ],
      [
        ['abc', '80', '0'],
        ['abc', '0'],
      ],
      [
        ['abcdef', '90', '0'],
        ['def', '90'],
      ],
    ],
    3,
  ],
  [
    'does not believe more text with an offset that went back',
    [
      [
        ['abc', '70', '0'],
        [again, '0'],
      ],
      [
        ['abc', '80', '0'],
        ['abc', '0'],
      ],
      [
        ['abcdef', '75', '0'],
        ['def', '0'],
      ],
      [
        ['abcdef', '6', '0'],
        ['', '6'],
      ],
    ],
    undefined,
  ],
  [
    'does not believe another text in between',
    [
      [
        ['abc', '70', '0'],
        [again, '0'],
      ],
      [
        ['xyz', '70', '0'],
        ['xyz', '0'],
      ],
    ],
    undefined,
  ],
  [
    'counts on in plain text, where every unit counts the same, however far the offset jumps',
    [
      [
        ['abc', '3', '0'],
        ['abc', '3'],
      ],
      [
        ['def', '700', '3'],
        [again, '3'],
      ],
      [
        ['def', '700', '3'],
        ['def', '6'],
      ],
    ],
    3,
  ],
  [
    'counts on in bytes once they are known to be the unit',
    [
      [
        ['下', '3', '0'],
        ['下', '3'],
      ],
      [
        ['载', '3', '3'],
        [again, '3'],
      ],
      [
        ['载', '3', '3'],
        ['载', '6'],
      ],
    ],
    1,
  ],
  [
    'counts on in characters once they are known to be the unit',
    [
      [
        ['下', '1', '0'],
        ['下', '1'],
      ],
      [
        ['载', '900', '1'],
        [again, '1'],
      ],
      [
        ['载', '900', '1'],
        ['载', '2'],
      ],
    ],
    1,
  ],
  [
    'believes an offset between the units’ counts, but not one beyond all the text',
    [
      [
        ['abc', '3', '0'],
        ['abc', '3'],
      ],
      [
        ['下载', '30', '3'],
        [again, '3'],
      ],
      [
        ['下载', '30', '3'],
        ['下载', '3'],
      ],
      [
        ['下载', '7', '3'],
        ['', '3'],
      ],
      [
        ['下载', '7', '3'],
        ['', '7'],
      ],
    ],
    5,
  ],
  [
    'shows an answer that a cache had kept once, told by where it begins',
    [
      [
        ['abc', '3', '0'],
        ['abc', '3'],
      ],
      [
        ['def', '6', '3'],
        ['def', '6'],
      ],
      [
        ['def', '6', '3'],
        [again, '6'],
      ],
      [
        ['def', '6', '3'],
        ['', '6'],
      ],
      [
        ['abX', '3', '0'],
        ['', '6'],
      ],
      [
        ['ghi', '9', '6'],
        ['ghi', '9'],
      ],
    ],
    undefined,
  ],
  [
    'goes on where a cut character begins',
    [
      [
        ['\uFFFD', '1', '0'],
        ['', '0'],
      ],
      [
        ['下\uFFFD', '4', '0'],
        ['下', '3'],
      ],
      [
        ['载\uFFFD\uFFFD', '8', '3'],
        ['载', '6'],
      ],
      [
        ['完', '9', '6'],
        ['完', '9'],
      ],
    ],
    undefined,
  ],
  [
    'keeps a character that is written as U+FFFD',
    [
      [
        ['a\uFFFD', '4', '0'],
        ['a', '1'],
      ],
      [
        ['\uFFFDb', '5', '1'],
        ['\uFFFDb', '5'],
      ],
    ],
    undefined,
  ],
  [
    'cuts nothing where characters are counted',
    [
      [
        ['下', '1', '0'],
        ['下', '1'],
      ],
      [
        ['a\uFFFD', '3', '1'],
        ['a\uFFFD', '3'],
      ],
    ],
    undefined,
  ],
  [
    'does not count half a character on',
    [
      [
        ['下', '3', '0'],
        ['下', '3'],
      ],
      [
        ['a\uFFFD', '3', '3'],
        [again, '3'],
      ],
      [
        ['a\uFFFD', '3', '3'],
        ['a', '4'],
      ],
      [
        ['\uFFFD', '4', '4'],
        ['', '4'],
      ],
      [
        ['载', '7', '4'],
        ['载', '7'],
      ],
    ],
    1,
  ],
  [
    'does not jump ahead without a text where offsets count the text',
    [
      [
        ['abc', '3', '0'],
        ['abc', '3'],
      ],
      [
        ['', '70', '3'],
        [again, '3'],
      ],
      [
        ['', '70', '3'],
        ['', '3'],
      ],
    ],
    undefined,
  ],
];

it.each(stories)('%s', (_, story, guessed) => {
  const cursor = follow(story);
  const shown = story.map(([, [taken]]) => (taken.startsWith('(') ? '' : taken)).join('');
  expect([cursor.length, cursor.tail, guessedFrom(cursor)]).toEqual([shown.length, shown, guessed]);
  if (guessed !== undefined) expect(cursor.guessed?.sha256).toBe(sha256(shown.slice(guessed)));
});

it('remembers the end of what was taken, and no more', () => {
  const [first, second] = ['x'.repeat(2_000), 'y'.repeat(100)];
  const cursor = follow([
    [
      [first, '2000', '0'],
      [first, '2000'],
    ],
    [
      [second, '2100', '2000'],
      [second, '2100'],
    ],
  ]);
  expect([cursor.tail, cursor.length]).toEqual([(first + second).slice(-tailLength), 2_100]);
});
