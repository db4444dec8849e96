// Lists what errors of compilers, linkers and build tools of C, C++, Go, Rust and .NET look like, and of their tests.

import { anyFile, column, file, line, message, type PatternTable, re } from './pattern.ts';

/** The project that MSBuild names after each error; it is not part of the message. */
const project = String.raw`(?: \[[^\[\]]+\])?`;

export const compiledPatterns: PatternTable = {
  errors: [
    // C and C++: compilers, linkers, make, CMake, and their tests
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
    // Go
    {
      name: 'Go error',
      expression:
        /^(?:vet: )?(?<file>(?:[A-Za-z]:)?[\w./\\*@-]+\.go):(?<line>\d+):(?<column>\d+): (?<message>.+)$/,
      weight: 60,
    },
    { name: 'Go test', expression: /^\s*--- FAIL: (?<test>\S+)(?: \([\d.]+s\))?$/, weight: 50 },
    {
      name: 'message of a Go test',
      expression: /^\s+(?<file>[\w.-]+_test\.go):(?<line>\d+): (?<message>\S.*)$/,
      weight: 55,
      needs: 'test',
    },
    { name: 'Go panic', expression: /^(?<message>panic: .+)$/, weight: 50, except: /\[recovered/ },
    {
      name: 'Go module error',
      expression:
        /^go: (?<message>(?!downloading |finding |extracting |added |upgraded |creating |warning: ).+)$/,
      weight: 40,
    },
    // Rust
    { name: 'rustc error', expression: /^error\[E\d+\]: (?<message>.+)$/, weight: 60 },
    {
      name: 'cargo consequence',
      expression:
        /^error: (?<message>(?:could not compile|aborting due to|build failed|test failed, to rerun|doctest failed|\d+ targets? failed|process didn't exit).*)$/,
      weight: 20,
    },
    {
      name: 'Rust panic',
      expression:
        /^\s*thread '(?<test>[^']*)' (?:\(\d+\) )?panicked at (?<file>[^\s:']+):(?<line>\d+):(?<column>\d+):$/,
      weight: 50,
      opens: 'panic',
    },
    { name: 'message of a Rust panic', expression: /^(?<message>\S.*)$/, weight: 55, needs: 'panic' },
    {
      name: 'panic of an older Rust',
      expression: /^\s*thread '(?<test>[^']*)' panicked at (?<message>'.+', \S+:\d+:\d+)$/,
      weight: 55,
    },
    { name: 'Rust test', expression: /^test (?<message>\S+)(?: - should panic)? \.\.\. FAILED$/, weight: 40 },
    // MSBuild, the .NET SDK, Mono and Visual C++, and .NET tests
    {
      name: 'MSBuild error',
      expression: re`^\s*${anyFile}\(${line}(?:,${column})?(?:,\d+,\d+|-\d+)?\) ?: (?:fatal )?error ?(?:: )?(?<message>(?:[A-Z]+\d+ ?: )?\S.*?)${project}$`,
      weight: 60,
    },
    {
      name: 'MSBuild error without a place',
      expression: re`^\s*(?:\S+ ?: )?(?:fatal )?error (?<message>[A-Z]{1,8}\d+ ?: .+?)${project}$`,
      weight: 50,
    },
    { name: '.NET test', expression: /^\s+(?:Failed|失败) (?<test>\S.*) \[[^[\]]*\]$/, weight: 50 },
    { name: 'xUnit test', expression: /^(?:\[xUnit\.net [\d:.]+\])?\s+(?<test>\S.*) \[FAIL\]$/, weight: 50 },
    { name: 'message of a .NET test', expression: /^\s+(?<message>\S.*)$/, weight: 50, needs: 'assertion' },
  ],
  contexts: [
    // C and C++: compilers, linkers, make, CMake, and their tests
    { name: 'GoogleTest place', expression: re`^${file}:${line}: Failure$`, position: 'before' },
    // Go
    {
      name: 'Go stack frame',
      expression: /^\s+(?<file>(?:[A-Za-z]:)?[^\s:]+\.go):(?<line>\d+) \+0x[0-9a-f]+$/,
      position: 'after',
    },
    // Rust
    {
      name: 'place of a Rust error',
      expression: /^\s*--> (?<file>[^\s:]+):(?<line>\d+):(?<column>\d+)$/,
      position: 'after',
    },
    // MSBuild, the .NET SDK, Mono and Visual C++, and .NET tests
    {
      name: 'heading of a .NET message',
      expression: /^\s+(?:Error Message|错误消息)[:：]$/,
      position: 'before',
      opens: 'assertion',
    },
    {
      name: '.NET stack frame',
      expression: / (?:in|位置) (?<file>(?:[A-Za-z]:)?[^\s:]+)[:：](?:line|行号) (?<line>\d+)$/,
      position: 'after',
    },
  ],
};
