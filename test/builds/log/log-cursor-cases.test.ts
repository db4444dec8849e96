// What the cursor makes of each kind of contradiction: whether it asks again, what it takes as new, and where it goes on.
// The properties in log-cursor.test.ts say that nothing gets lost; these stories say how.

import { expect, it } from 'vitest';
import { LogCursor, tailLength } from '../../../src/builds/log/log-cursor.ts';
import { again, follow, lost, says, story } from './cursor-story.ts';

story('goes on where an honest service says, and stays where nothing is new', [
  says('abc', '3', '0').takes('abc', '3'),
  says('', '3', '3').takes('', '3'),
  says('', '', '').takes('', '3'),
  says('下', '6', '3').takes('下', '6'),
  says('载', '9', '6').takes('载', '9'),
]);

story(
  'goes on by its own count where the offset stands still, from then on without asking twice',
  [
    says('abc', '0', '0').takes(again, '0'),
    says('abc', '0', '0').takes('abc', '3'),
    says('def', '3', '3').takes('def', '6'),
    says('ghi', '9', '6').takes('ghi', '9'),
    says('jkl', '9', '9').takes(again, '9'),
  ],
  0,
);

story('asks again afresh after an answer that was in order', [
  says('abc', '0', '0').takes(again, '0'),
  says('', '0', '0').takes('', '0'),
  says('abc', '0', '0').takes(again, '0'),
  says('abc', '3', '0').takes('abc', '3'),
  says('def', '3', '3').takes(again, '3'),
]);

story(
  'believes a service that counts in a way of its own, where it says the same twice',
  [
    says('abc', '70', '0').takes(again, '0'),
    says('abc', '70', '0').takes('abc', '70'),
    says('def', '140', '70').takes('def', '140'),
    says('', '200', '140').takes(again, '140'),
    says('', '200', '140').takes('', '200'),
    says('ghi', '150', '200').takes(again, '200'),
    says('ghi', '210', '200').takes('ghi', '210'),
  ],
  0,
);

story(
  'takes text without moving on where two answers differ, and believes the next that fits',
  [
    says('abc', '70', '0').takes(again, '0'),
    says('abc', '80', '0').takes('abc', '0'),
    says('abcdef', '90', '0').takes('def', '90'),
  ],
  3,
);

story('does not believe more text with an offset that went back', [
  says('abc', '70', '0').takes(again, '0'),
  says('abc', '80', '0').takes('abc', '0'),
  says('abcdef', '75', '0').takes('def', '0'),
  says('abcdef', '6', '0').takes('', '6'),
]);

story(
  'counts on in plain text, where every unit counts the same, however far the offset jumps',
  [
    says('abc', '3', '0').takes('abc', '3'),
    says('def', '700', '3').takes(again, '3'),
    says('def', '700', '3').takes('def', '6'),
  ],
  3,
);

story('shows an answer that a cache had kept once, told by where it begins', [
  says('abc', '3', '0').takes('abc', '3'),
  says('def', '6', '3').takes('def', '6'),
  says('def', '6', '3').takes(again, '6'),
  says('def', '6', '3').takes('', '6'),
  says('abX', '3', '0').takes('', '6'),
  says('ghi', '9', '6').takes('ghi', '9'),
]);

story('does not jump ahead without a text where offsets count the text', [
  says('abc', '3', '0').takes('abc', '3'),
  says('', '70', '3').takes(again, '3'),
  says('', '70', '3').takes('', '3'),
]);

story('is lost where another text comes twice, though its offset fits', [
  says('abc', '70', '0').takes(again, '0'),
  says('abc', '80', '0').takes('abc', '0'),
  says('xyz', '3', '0').takes(again, '0'),
  says('xyz', '3', '0').takes(lost, '0'),
]);

story('leaves out what it has taken, where shorter answers catch up with it', [
  says('abcdef', '70', '0').takes(again, '0'),
  says('abcdef', '80', '0').takes('abcdef', '0'),
  says('abc', '3', '0').takes('', '3'),
  says('defg', '7', '3').takes('g', '7'),
]);

story(
  'counts on without taking twice, and then holds no doubt of the last place against this one',
  [
    says('abcdef', '70', '0').takes(again, '0'),
    says('abcdef', '80', '0').takes('abcdef', '0'),
    says('abc', '0', '0').takes('', '3'),
    says('xyz', '3', '3').takes(again, '3'),
    says('def', '6', '3').takes('', '6'),
  ],
  6,
);

story('knows an answer that was taken before by its text, where none says where it begins', [
  says('xyz', '3', '').takes('xyz', '3'),
  says('abc', '6', '').takes('abc', '6'),
  says('abc', '6', '').takes(again, '6'),
  says('abc', '6', '').takes('', '6'),
]);

story(
  'takes a new text for new, where none says where it begins and the offset stands still',
  [
    says('abc', '3', '').takes('abc', '3'),
    says('def', '3', '').takes(again, '3'),
    says('def', '3', '').takes('def', '6'),
  ],
  3,
);

story(
  'does not jump ahead without a text while some text of this place is taken',
  [
    says('abc', '70', '0').takes(again, '0'),
    says('abc', '70', '0').takes('abc', '70'),
    says('def', '60', '70').takes(again, '70'),
    says('def', '60', '70').takes('def', '70'),
    says('', '200', '70').takes('', '70'),
  ],
  0,
);

story(
  'counts on in plain text where the offset falls inside it',
  [
    says('abc', '3', '0').takes('abc', '3'),
    says('def', '5', '3').takes(again, '3'),
    says('def', '5', '3').takes('def', '6'),
  ],
  3,
);

story(
  'believes no offset right after a guess, but reads the place again',
  [
    says('abc', '0', '0').takes(again, '0'),
    says('abc', '0', '0').takes('abc', '3'),
    says('下载', '6', '3').takes('下载', '3'),
    says('下载完', '12', '3').takes('完', '12'),
  ],
  0,
);

story(
  'takes offsets that are no numbers for places, each other one ahead',
  [
    says('abc', 'p1', '0').takes(again, '0'),
    says('abc', 'p1', '0').takes('abc', 'p1'),
    says('def', 'p1', 'p1').takes(again, 'p1'),
    says('def', 'p2', 'p1').takes('def', 'p2'),
    says('ghi', '', 'p2').takes(again, 'p2'),
    says('ghi', 'p0', 'p2').takes('ghi', 'p0'),
  ],
  0,
);

story('does not believe another text in between', [
  says('abc', '70', '0').takes(again, '0'),
  says('xyz', '70', '0').takes('xyz', '0'),
]);

story('minds its offset, not where an answer says to begin, while the two agree on the text', [
  says('abc', '3', '7').takes('abc', '3'),
  says('下\uFFFD', '7', '').takes('下', '6'),
]);

it('remembers the end of what was taken, and no more', () => {
  const [first, second] = ['x'.repeat(2_000), 'y'.repeat(100)];
  const cursor = follow([
    says(first, '2000', '0').takes(first, '2000'),
    says(second, '2100', '2000').takes(second, '2100'),
  ]);
  expect([cursor.tail, cursor.length]).toEqual([(first + second).slice(-tailLength), 2_100]);
});

it('knows a long answer that comes again by its end', () => {
  const text = Array.from({ length: 900 }, (_, line) => `${line}\n`).join('');
  const length = String(text.length);
  follow([
    says(text, length, '').takes(text, length),
    says(text, length, '').takes(again, length),
    says(text, length, '').takes('', length),
  ]);
});

it('takes no longer for an answer of replacement characters than for any other', () => {
  const cursor = new LogCursor();
  const content = `${'\uFFFD'.repeat(200_000)}x`;
  const started = performance.now();
  for (const offset of ['600001', '600001', '1']) {
    cursor.accept({ content, offset, currentOffset: '', hasMore: true });
  }
  cursor.accept({ content: content.slice(0, -1), offset: '7', currentOffset: '7', hasMore: true });
  // As a regular expression it took half a minute.
  expect(performance.now() - started).toBeLessThan(2_000);
});
