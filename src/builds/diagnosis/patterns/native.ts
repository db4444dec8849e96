// Lists what errors of C and C++ builds look like: compilers, linkers, make, CMake, and their tests.

import {
  anyFile,
  type ContextPattern,
  column,
  type ErrorPattern,
  file,
  line,
  message,
  re,
} from './pattern.ts';

export const nativeErrors: readonly ErrorPattern[] = [
  {
    name: 'compiler error',
    expression: re`^${file}:${line}:(?:${column}:)? (?:fatal |致命)?(?:error|错误)[:：] ?${message}$`,
    weight: 60,
  },
  {
    name: 'linker error with a place',
    expression: re`^(?:\S*ld: )?${file}:${line}: (?<message>(?:undefined reference to|multiple definition of) .+)$`,
    weight: 60,
  },
  {
    name: 'linker error',
    expression:
      /(?<message>(?:undefined reference to |multiple definition of |cannot find -l|library not found for -l|framework not found |symbol\(s\) not found|region `[^']+' overflowed ).*)$/,
    weight: 50,
  },
  {
    name: 'failed assertion',
    expression: re`^\S+: ${file}:${line}: (?<message>.*Assertion .+)$`,
    weight: 50,
  },
  {
    name: 'missing make target',
    expression: /^make(?:\[\d+\])?: \*\*\* (?<message>No rule to make .+)$/,
    weight: 50,
  },
  {
    name: 'consequence in make',
    expression:
      /^(?<message>make(?:\[\d+\])?: \*\*\* .+|collect2: .+|ninja: build stopped: .+|clang\S*: error: linker .+)$/,
    weight: 10,
  },
  {
    name: 'CMake error with a place',
    expression: re`^CMake Error at ${anyFile}:${line} (?<message>\(.+)$`,
    weight: 50,
    opens: 'cmake',
  },
  { name: 'CMake message', expression: /^ {2}(?<message>\S.*)$/, weight: 55, needs: 'cmake' },
  { name: 'CMake error', expression: /^CMake Error: (?<message>.+)$/, weight: 50 },
  { name: 'ninja error', expression: /^ninja: (?:error|fatal): (?<message>.+)$/, weight: 50 },
  { name: 'GoogleTest test', expression: /^\[ {2}FAILED {2}\] (?<message>[\w/]+\.[\w/]+)/, weight: 50 },
  {
    name: 'CTest test',
    expression: /^\s*\d+\/\d+ Test +#\d+: (?<message>\S+) \.*(?: +)?\*\*\*\w+/,
    weight: 40,
  },
  {
    name: 'CTest summary',
    expression:
      /^\s+\d+ - (?<message>\S+ \((?:Failed|Timeout|SEGFAULT|Not Run|Subprocess aborted|Child aborted|BAD_COMMAND)\))/,
    weight: 40,
  },
];

export const nativeContexts: readonly ContextPattern[] = [
  { name: 'GoogleTest place', expression: re`^${file}:${line}: Failure$`, position: 'before' },
];
