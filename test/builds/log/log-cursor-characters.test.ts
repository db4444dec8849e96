// What the cursor makes of answers that were cut inside a character, and of the two units in which offsets may count.

import { again, says, story } from './cursor-story.ts';

story(
  'counts on in bytes once they are known to be the unit',
  [
    says('下', '3', '0').takes('下', '3'),
    says('载', '3', '3').takes(again, '3'),
    says('载', '3', '3').takes('载', '6'),
  ],
  1,
);

story(
  'counts on in characters once they are known to be the unit',
  [
    says('下', '1', '0').takes('下', '1'),
    says('载', '900', '1').takes(again, '1'),
    says('载', '900', '1').takes('载', '2'),
  ],
  1,
);

story(
  "believes an offset between the units' counts, but not one beyond all the text",
  [
    says('abc', '3', '0').takes('abc', '3'),
    says('下载', '30', '3').takes(again, '3'),
    says('下载', '30', '3').takes('下载', '3'),
    says('下载', '7', '3').takes('', '3'),
    says('下载', '7', '3').takes('', '7'),
  ],
  5,
);

story('goes on where a cut character begins', [
  says('\uFFFD', '1', '0').takes('', '0'),
  says('下\uFFFD', '4', '0').takes('下', '3'),
  says('载\uFFFD\uFFFD', '8', '3').takes('载', '6'),
  says('完', '9', '6').takes('完', '9'),
]);

story(
  'does not count half a character on',
  [
    says('下', '3', '0').takes('下', '3'),
    says('a\uFFFD', '3', '3').takes(again, '3'),
    says('a\uFFFD', '3', '3').takes('a', '4'),
    says('\uFFFD', '4', '4').takes('', '4'),
    says('载', '7', '4').takes('载', '7'),
  ],
  1,
);

story('waits for the whole of a character of which only a part has come', [
  says('a', '1', '').takes('a', '1'),
  says('\uFFFD', '2', '').takes('', '1'),
  says('下', '4', '').takes('下', '4'),
]);

story('knows an answer that was cut inside a character, when it comes again', [
  says('a\uFFFDbc\uFFFD\uFFFD', '8', '').takes('a\uFFFDbc', '6'),
  says('a\uFFFDbc\uFFFD\uFFFD', '8', '').takes(again, '6'),
  says('a\uFFFDbc\uFFFD\uFFFD', '8', '').takes('', '6'),
]);

story('knows an answer with characters that could not be read, when it comes again', [
  says('下', '1', '').takes('下', '1'),
  says('\uFFFDa\uFFFD\uFFFD', '5', '').takes('\uFFFDa\uFFFD\uFFFD', '5'),
  says('\uFFFDa\uFFFD\uFFFD', '5', '').takes(again, '5'),
  says('\uFFFDa\uFFFD\uFFFD', '5', '').takes('', '5'),
]);

story(
  'counts on in the known unit where the offset falls inside the text',
  [
    says('下', '3', '0').takes('下', '3'),
    says('载完', '5', '3').takes(again, '3'),
    says('载完', '5', '3').takes('载完', '9'),
  ],
  1,
);

story(
  'counts on without the half of a character, and with one that could not be read',
  [
    says('下', '3', '0').takes('下', '3'),
    says('a\uFFFDb\uFFFD\uFFFD', '3', '3').takes(again, '3'),
    says('a\uFFFDb\uFFFD\uFFFD', '3', '3').takes('a\uFFFDb', '8'),
  ],
  1,
);

story('guesses nothing where only half a character has come', [
  says('下', '3', '0').takes('下', '3'),
  says('\uFFFD', '3', '3').takes(again, '3'),
  says('\uFFFD', '3', '3').takes('', '3'),
]);

story('takes text without moving on, but not the half of a character', [
  says('a\uFFFDb\uFFFD\uFFFD', '70', '0').takes(again, '0'),
  says('a\uFFFDb\uFFFD\uFFFD', '80', '0').takes('a\uFFFDb', '0'),
  says('a', '60', '0').takes('', '0'),
  says('a\uFFFDb下', '50', '0').takes('下', '0'),
]);

story('cuts nothing where characters are counted', [
  says('下', '1', '0').takes('下', '1'),
  says('a\uFFFD', '3', '1').takes('a\uFFFD', '3'),
]);

story('keeps a character that is written as U+FFFD', [
  says('a\uFFFD', '4', '0').takes('a', '1'),
  says('\uFFFDb', '5', '1').takes('\uFFFDb', '5'),
]);
