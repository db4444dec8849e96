// The input `parameters`, in lines and in JSON.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseParameters } from '../../../src/github/inputs/parameters.ts';

const refused = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'PATH', 'BASH_ENV', 'GIT_SSH_COMMAND', 'path'];

function given(text: string): readonly (readonly [string, string])[] {
  const { parameters, problems } = parseParameters(text);
  expect(problems).toEqual([]);
  return parameters.map(({ name, value }) => [name, value]);
}

const problems = (text: string) => parseParameters(text).problems;

const name = fc.stringMatching(/^\w{1,20}$/).filter((word) => !refused.includes(word));
// biome-ignore format: a list
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.constantFrom('=', '"', "'", '\\', ' ', '\t', '#', '{', '}', '${{', '$(x)', '😀', '\\n', '::'))
    .map((parts) => parts.join('')),
);
const parametersOf = (value: fc.Arbitrary<string>) =>
  fc.uniqueArray(fc.record({ name, value }), { selector: (parameter) => parameter.name, maxLength: 8 });
const oneLine = anyText.filter((value) => !/\n|\r$/.test(value));

describe('parameters in lines', () => {
  it('keep their values, whatever these are', () => {
    fc.assert(
      fc.property(parametersOf(oneLine), fc.constantFrom('\n', '\r\n'), (parameters, end) => {
        const text = parameters.map((parameter) => `${parameter.name}=${parameter.value}`).join(end);
        expect(parseParameters(text)).toEqual({ parameters, problems: [] });
        expect(parseParameters(`${end}# a comment${end}  ${end}${text}${end}`)).toEqual({
          parameters,
          problems: [],
        });
      }),
    );
  });

  it('keep everything after the first equals sign', () => {
    expect(given('a=b=c\nb= x \nc=\nd==\ne="q"\nf=# no comment')).toEqual([
      ['a', 'b=c'],
      ['b', ' x '],
      ['c', ''],
      ['d', '='],
      ['e', '"q"'],
      ['f', '# no comment'],
    ]);
  });

  it('may be indented and have blanks around a name, comments and blank lines between them', () => {
    expect(given('\n  # one=1\n  two =2\n\t\n#three=3\r\n four=4\r\n')).toEqual([
      ['two', '2'],
      ['four', '4'],
    ]);
  });

  it('may be none', () => {
    for (const text of ['', ' \n\t\r\n', '# nothing', '{}', ' {\n} ']) expect(given(text)).toEqual([]);
  });

  it('are not JSON although a value is', () => {
    expect(given('a={"b":1}')).toEqual([['a', '{"b":1}']]);
  });
});

describe('parameters in a JSON object', () => {
  it('keep their values, whatever these are', () => {
    fc.assert(
      fc.property(parametersOf(anyText), fc.constantFrom(undefined, 2, '\t'), (parameters, indent) => {
        const object = Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.value]));
        const text = JSON.stringify(object, null, indent);
        const byName = Object.entries(object).map(([key, value]) => ({ name: key, value }));
        expect(parseParameters(` ${text}\n`)).toEqual({ parameters: byName, problems: [] });
      }),
    );
  });

  it('may be numbers, true and false, which are read as the text they are written as', () => {
    expect(given('{"a":1.10,"b":-0,"c":1e3,"d":true,"e":false,"f":12345678901234567890}')).toEqual([
      ['a', '1.10'],
      ['b', '-0'],
      ['c', '1e3'],
      ['d', 'true'],
      ['e', 'false'],
      ['f', '12345678901234567890'],
    ]);
  });

  it('have their escapes decoded', () => {
    expect(given('{"\\u0061":"\\"\\\\\\/\\n\\ud83d\\ude00","__proto__":"x"}')).toEqual([
      ['a', '"\\/\n😀'],
      ['__proto__', 'x'],
    ]);
  });

  // biome-ignore format: a table
  it.each([
    ['{"a":null}', 'line 1: the value of a is null; expected text, a number, true or false'],
    ['{\n"a":[1,"]",{}]}', 'line 2: the value of a is an array; expected text, a number, true or false'],
    ['{"a":{"b":"}"}}', 'line 1: the value of a is an object; expected text, a number, true or false'],
    ['{"a b":{}}', 'line 1: the value is an object; expected text, a number, true or false'],
    ['{"a":1,}', 'line 1, column 8: not valid JSON; expected a name in double quotes, and no comma after the last value'],
    ['{', 'line 1, column 2: not valid JSON; expected "," or a closing bracket'],
    ["{'a':1}", 'line 1, column 2: not valid JSON; expected a name or text in double quotes, a number, true or false'],
    ['{a:1}', 'line 1, column 2: not valid JSON; expected a name or text in double quotes, a number, true or false'],
    ['{"a" 1}', 'line 1, column 6: not valid JSON; expected ":"'],
    ['{"a":}', 'line 1, column 6: not valid JSON; expected a name or text in double quotes, a number, true or false'],
    ['{"a":hunter2}', 'line 1, column 6: not valid JSON; expected a name or text in double quotes, a number, true or false'],
    ['{"a":01}', 'line 1, column 7: not valid JSON; expected "," or a closing bracket'],
    ['\n{"a":"x"\n "b":"y"}', 'line 3, column 2: not valid JSON; expected "," or a closing bracket'],
    ['{"a":"x"} {', 'line 1, column 11: not valid JSON; expected nothing after the closing "}"'],
    ['{"a":"hunter2', 'line 1, column 6: not valid JSON; expected a closing double quote in the same line; a line end within the text is \\n'],
    ['{"a":"x\\q"}', 'line 1, column 6: not valid JSON; expected a JSON escape such as \\n or \\\\'],
    ['{"a":"x\ny"}', 'line 1, column 6: not valid JSON; expected a closing double quote in the same line; a line end within the text is \\n'],
    ['{"a":"x\u0001y"}', 'line 1, column 6: not valid JSON; expected \\t or another escape for a control character'],
    ['{"a":1 /* x */}', 'line 1, column 8: not valid JSON; expected no comment'],
    [`{"a":${'['.repeat(100_000)}`, 'line 1: the JSON is nested too deeply; expected one object of texts, numbers, true and false'],
  ])('are invalid, with line and column: %.20s', (text, said) => {
    expect(problems(text)).toEqual([`parameters: ${said}`]);
  });

  it('are valid JSON exactly if JSON.parse accepts it', () => {
    // biome-ignore format: a list
    const pieces = fc.constantFrom('{', '}', '"a"', '"b"', ':', ',', '1', '-', '0', '.5', 'e2', 'true', 'fals', 'null', '"\\u00', '41"', ' ', '\n');
    const member = fc.tuple(fc.constantFrom('"a"', '"b"', 'c', ''), fc.constantFrom(':', '', ' : '), pieces);
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 8 }).map((parts) => `{${parts.join('')}`),
      fc.array(member, { maxLength: 3 }).map((parts) => `{${parts.map((part) => part.join('')).join(',')}}`),
    );
    fc.assert(
      fc.property(text, (json) => {
        let valid = true;
        try {
          JSON.parse(json);
        } catch {
          valid = false;
        }
        const nested = problems(json).some((problem) => /is an object|closing bracket/.test(problem));
        fc.pre(!nested);
        expect(!problems(json).some((problem) => problem.includes('not valid JSON'))).toBe(valid);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a problem of parameters', () => {
  // biome-ignore format: a table
  it.each([
    ['hunter2', 'line 1: there is no "="; expected NAME=value, or one JSON object if a value has several lines'],
    ['["a=b"]', 'line 1: the name is not valid; expected 1 to 128 letters, digits and "_"'],
    ['a=1\n=hunter2', 'line 2: the name is missing; expected NAME=value'],
    ['a-b=hunter2', 'line 1: the name is not valid; expected 1 to 128 letters, digits and "_"'],
    ['版本=1', 'line 1: the name is not valid; expected 1 to 128 letters, digits and "_"'],
    [`${'n'.repeat(129)}=1`, 'line 1: the name is not valid; expected 1 to 128 letters, digits and "_"'],
    [`\nlong=${'v'.repeat(8193)}`, 'line 2: the value of long has 8193 characters; expected at most 8192'],
    ['a=1\n\na=2', 'line 3: a is set twice, first in line 1; expected each name once'],
    ['{"a":1,\n"a":2}', 'line 2: a is set twice, first in line 1; expected each name once'],
    ['{"":"hunter2"}', 'line 1: the name is missing; expected NAME=value'],
    ['{"a b":"hunter2"}', 'line 1: the name is not valid; expected 1 to 128 letters, digits and "_"'],
    ...refused.map((word) => [`${word}=x`, `line 1: CodeArts rejects a parameter named ${word}; expected another name`]),
  ])('names the line, the fault and what is expected: %.20s', (text, said) => {
    expect(problems(text)).toEqual([`parameters: ${said}`]);
  });

  it('is reported for every line that has one', () => {
    expect(problems('a-b=1\nok=1\nhunter2\nPATH=x\nok=2')).toHaveLength(4);
    expect(problems('{"a-b":1,\n"ok":1,"c":null,"PATH":"x","ok":2}')).toHaveLength(4);
  });

  it('does not arise at the limits', () => {
    expect(given(`${'n'.repeat(128)}=${'v'.repeat(8192)}`)).toHaveLength(1);
    expect(given('Path=x')).toHaveLength(1);
  });

  it('never shows a value, nor a line that may be a part of one', () => {
    const secret = fc.stringMatching(/^[A-Z0-9+/]{12}$/).map((word) => `${word}/${word}`);
    const frame = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => `a-b=${text}`,
      (text) => `${text}=`,
      (text) => `PATH=${text}`,
      (text) => `a=x\na=${text}`,
      (text) => `a=${text.repeat(400)}`,
      (text) => `{"a":"${text}`,
      (text) => `{"a":"${text}"`,
      (text) => `{"a":${text}}`,
      (text) => `{"a":["${text}"]}`,
      (text) => `{"${text}":null}`,
      (text) => `{"a":"x" "${text}"}`,
      (text) => `{"a":"x","a":"${text}"}`,
    );
    fc.assert(
      fc.property(secret, frame, (text, framed) => {
        const said = problems(framed(text));
        expect(said.length).toBeGreaterThan(0);
        for (const line of said) {
          expect(line).not.toContain(text.slice(0, 12));
          expect(line).toMatch(/^parameters: line \d+.*; expected .+$/);
        }
      }),
    );
  });

  it('is the worst that any text can cause', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          anyText.map((text) => `{${text}`),
        ),
        (text) => {
          for (const line of problems(text)) expect(line).toMatch(/^parameters: line \d+[^\r\n]*$/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

it.each(['null', ' null\n', '{}', ''])('reads no parameters from %j, which toJSON(inputs) may be', (text) => {
  expect(parseParameters(text)).toEqual({ parameters: [], problems: [] });
});
