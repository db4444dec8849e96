// Which texts count as a secret, and that none of a secret is left where it is redacted.

import { stringify } from 'node:querystring';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskingRunner, redactParameters } from '../../src/github/runner.ts';
import { Secrets } from '../../src/github/secrets.ts';
import { Recorder } from '../story/recorder.ts';

const secret = 'pä55 "w\'ord<&+/?>\\x!(~)';

function redactorOf(...texts: readonly string[]): (text: string) => string {
  const secrets = new Secrets();
  for (const text of texts) secrets.add(text, 4);
  return (text) => secrets.redact(text);
}

describe('a secret is redacted', () => {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = Buffer.from(secret).toString('base64');
  const hex = Buffer.from(secret).toString('hex');
  const component = encodeURIComponent(secret);
  it.each([
    ['as it is', secret],
    ['trimmed, in a value with blanks around it', secret],
    ['in a URL', component],
    ['in a URL, in lower-case hex', component.replace(/%../g, (code) => code.toLowerCase())],
    [
      'in a URL by RFC 3986',
      component
        .replaceAll('!', '%21')
        .replaceAll("'", '%27')
        .replace(/[()]/g, (c) => (c === '(' ? '%28' : '%29')),
    ],
    [
      'in a form',
      component
        .replaceAll('%20', '+')
        .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    ],
    ['in a query of Node', stringify({ '': secret }).slice(1)],
    ['in JSON', json],
    ['in JSON in JSON', JSON.stringify(json).slice(1, -1)],
    ['in JSON by Go', json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026')],
    ['in JSON by Python', json.replace('ä', '\\u00e4')],
    ['in JSON by PHP', json.replace('ä', '\\u00e4').replaceAll('/', '\\/')],
    [
      'in \\u escapes alone',
      [...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ],
    ['in HTML', 'pä55 &quot;w&#39;ord&lt;&amp;+/?&gt;\\x!(~)'],
    ['in HTML by Go', 'pä55 &#34;w&#39;ord&lt;&amp;+/?&gt;\\x!(~)'],
    ['in HTML by Python', 'pä55 &quot;w&#x27;ord&lt;&amp;+/?&gt;\\x!(~)'],
    ['in XML', 'pä55 &quot;w&apos;ord&lt;&amp;+/?&gt;\\x!(~)'],
    ['in base64', base64],
    ['in base64 without padding', base64.replace(/=+$/, '')],
    ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
    ['in hex', hex],
    ['in upper-case hex', hex.toUpperCase()],
    ['in an argument of a command line', secret.replaceAll('"', '\\"')],
    ['in an expression', secret.replaceAll("'", "''")],
  ])('%s', (_, form) => {
    const redact = redactorOf(`  ${secret} \r\n`);
    expect(redact(`before:${form}:after`)).toBe('before:***:after');
  });

  it.each([0, 1, 2])('inside a longer text in base64, %i bytes after its beginning', (offset) => {
    const redact = redactorOf('correct-horse-battery');
    const whole = Buffer.from(`${'x'.repeat(offset)}correct-horse-battery:rest`).toString('base64');
    const left = redact(whole);
    expect(left).toContain('***');
    // Of a group that other text shares with it two bytes at most are left.
    const decoded = left.split('***').map((part) => Buffer.from(part, 'base64').toString());
    expect(decoded.join(' ')).not.toMatch(/cor|orr|ery/);
  });

  it('line by line, whatever ends a line', () => {
    const redact = redactorOf('first line\r\n  second line\rthird line\n');
    expect(redact('a first line\nb second line\nc third line')).toBe('a ***\nb ***\nc ***');
  });

  it('with its blanks folded', () => {
    expect(redactorOf('correct  horse')('a correct horse b')).toBe('a *** b');
  });

  it('if a text was cut within it', () => {
    const redact = redactorOf('correct-horse-battery');
    expect(redact('a correct-horse-b…')).toBe('a ***…');
    expect(redact('correct-horse-battery and cor…')).toBe('*** and cor…');
    expect(redact('correct-horse-battery and corr…')).toBe('*** and ***…');
    expect(redact('a correct answer…')).toBe('a correct answer…');
  });

  it('together with one that overlaps it, or follows it', () => {
    const redact = redactorOf('abcdef', 'defghi', 'klmnop');
    expect(redact('1 abcdefghi 2 abcdefklmnop 3')).toBe('1 *** 2 *** 3');
  });
});

it('redacts neither blanks nor what is shorter than four characters', () => {
  expect(redactorOf('', '   ', '    ', 'abc', ' ab ', '\n\n\n\n')('abc    ab\n\n\n\n')).toBe(
    'abc    ab\n\n\n\n',
  );
});

it('redacts any secret wherever it is in a text', () => {
  const texts = fc.string({ unit: 'binary', minLength: 0, maxLength: 20 });
  const secretText = fc
    .string({ unit: 'binary', minLength: 6, maxLength: 40 })
    .filter((text) => text.trim().length >= 6);
  fc.assert(
    fc.property(texts, secretText, texts, (before, hidden, after) => {
      expect(redactorOf(hidden)(before + hidden + after)).not.toContain(hidden);
    }),
  );
});

it('redacts the longest of the secrets that begin at one place, whatever begins alike', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 9 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 60 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), text, (words, text) => {
      const secrets = new Secrets();
      const forms = words.flatMap((one) => [...secrets.add(one, 4)]);
      const isHidden = Array.from(text, (_, at) =>
        forms.some((form) => {
          const from = text.lastIndexOf(form, at);
          return from !== -1 && from + form.length > at;
        }),
      );
      const expected = Array.from(text, (sign, at) => (isHidden[at] ? '*' : sign)).join('');
      expect(secrets.redact(text)).toBe(expected.replace(/\*+/g, '***'));
    }),
  );
});

it('redacts a megabyte within seconds, although a thousand secrets begin as it does everywhere', () => {
  const secrets = new Secrets();
  const began = performance.now();
  for (let count = 0; count < 1_000; count += 1) secrets.add(`prefix "<${'x'.repeat(100)}${count}`, 4);
  const text = 'prefix "<'.repeat(110_000);
  expect(secrets.redact(text)).toHaveLength(text.length);
  expect(performance.now() - began).toBeLessThan(5_000);
});

describe('a cut of a text', () => {
  const secrets = new Secrets();
  for (const text of ['secret-one', 'one-two-three']) secrets.add(text, 4);
  it.each([
    ['where no secret is', 'xxxx', 2, 2],
    ['before the secret that lies across it', 'xx secret-one xx', 8, 3],
    ['at the end of a secret', 'xx secret-one xx', 13, 13],
    ['before a secret that another one overlaps', 'xx secret-one-two-three', 18, 3],
    ['after the secret that the text begins with', 'secret-one xx', 4, 10],
  ])('is made %s', (_, text, at, expected) => {
    expect(secrets.cutBefore(text, at)).toBe(expected);
  });
});

describe('the runner', () => {
  function open() {
    const recorder = new Recorder({});
    return { recorder, runner: maskingRunner(recorder) };
  }

  it('masks every form of a secret', () => {
    const { recorder, runner } = open();
    runner.mask('a+secret/value');
    expect(recorder.masks).toEqual(
      expect.arrayContaining([
        'a+secret/value',
        'a%2Bsecret%2Fvalue',
        'a%2bsecret%2fvalue',
        'YStzZWNyZXQvdmFsdWU=',
        '612b7365637265742f76616c7565',
      ]),
    );
  });

  it('does not mask a text that is only redacted', () => {
    const { recorder, runner } = open();
    runner.addRedaction('a value of a parameter');
    expect(recorder.masks).toEqual([]);
    expect(runner.redact('it is a value of a parameter.')).toBe('it is ***.');
  });

  it('gets outputs and annotations without control characters', () => {
    const { recorder, runner } = open();
    runner.setOutput('images', 'a\0EVIL=1\nb\tc\u202egnp\u001b]0;title\u0007');
    runner.error('x\u001b[1A\u001b[2K\0y', { title: 'build\u0007 #1' });
    expect(recorder.outputs.get('images')).toBe('a EVIL=1\nb\tc gnp');
    expect(recorder.annotations).toEqual([{ level: 'error', message: 'x y', where: { title: 'build  #1' } }]);
  });

  it('gets error and failed-step redacted, and addresses of artifacts as they are', () => {
    const { recorder, runner } = open();
    runner.mask('hidden-value');
    for (const name of ['error', 'failed-step', 'artifact-uris']) runner.setOutput(name, 'x hidden-value x');
    expect(Object.fromEntries(recorder.outputs)).toEqual({
      error: 'x *** x',
      'failed-step': 'x *** x',
      'artifact-uris': 'x hidden-value x',
    });
  });
});

it.each([
  ['of six characters', 'abc123', 'x ***'],
  ['of five characters', 'abc12', 'x abc12'],
  ['that is a version', 'v1.4.57', 'x v1.4.57'],
  ['that is a version with a suffix', '2.0.0-rc.1', 'x 2.0.0-rc.1'],
  ['that only begins like a version', '1.4.57-hunter2-is-my-secret-word', 'x ***'],
  [
    "that is the run's commit",
    'a3dacedeadbeefdeadbeefdeadbeefdeadbeef12',
    'x a3dacedeadbeefdeadbeefdeadbeefdeadbeef12',
  ],
])('redacts the value of a parameter %s as it should', (_, value, expected) => {
  const runner = maskingRunner(new Recorder({}));
  redactParameters(runner, [{ value }], { GITHUB_SHA: 'a3dacedeadbeefdeadbeefdeadbeefdeadbeef12' });
  expect(runner.redact(`x ${value}`)).toBe(expected);
});
