// Lists what errors of compilers, linkers and build tools of C, C++, Go, Rust and .NET look like, and of their tests.

import { after, anyFile, before, column, error, file, line, message, type Pattern, re } from './pattern.ts';

/** The project that MSBuild names after each error; it is not part of the message. */
const project = String.raw`(?: \[[^\[\]]+\])?`;

export const compiledPatterns: readonly Pattern[] = [
  // C and C++: compilers, linkers, make, CMake, and their tests
  error(
    60,
    'compiler error',
    re`^${file}:${line}:(?:${column}:)? (?:fatal |致命)?(?:error|错误)[:：] ?${message}$`,
  ),
  error(
    60,
    'linker error with a place',
    re`^(?:\S*ld: )?${file}:${line}: (?<message>(?:undefined reference to|multiple definition of) .+)$`,
  ),
  error(
    50,
    'linker error',
    /(?<message>(?:undefined reference to |multiple definition of |cannot find -l|library not found for -l|framework not found |symbol\(s\) not found|region `[^']+' overflowed ).*)$/,
  ),
  error(50, 'failed assertion', re`^\S+: ${file}:${line}: (?<message>.*Assertion .+)$`),
  error(50, 'missing make target', /^make(?:\[\d+\])?: \*\*\* (?<message>No rule to make .+)$/),
  error(
    10,
    'consequence in make',
    /^(?:make(?:\[\d+\])?: \*\*\* .+|collect2: .+|ninja: build stopped: .+|clang\S*: error: linker .+)$/,
  ),
  error(50, 'CMake error with a place', re`^CMake Error at ${anyFile}:${line} (?<message>\(.+)$`, {
    opens: 'cmake',
  }),
  error(55, 'CMake message', /^ {2}(?<message>\S.*)$/, { needs: 'cmake' }),
  error(50, 'CMake error', /^CMake Error: (?<message>.+)$/),
  error(50, 'ninja error', /^ninja: (?:error|fatal): (?<message>.+)$/),
  error(50, 'GoogleTest test', /^\[ {2}FAILED {2}\] (?<message>[\w/]+\.[\w/]+)/),
  error(40, 'CTest test', /^\s*\d+\/\d+ Test +#\d+: (?<message>\S+) \.*(?: +)?\*\*\*\w+/),
  error(
    40,
    'CTest summary',
    /^\s+\d+ - (?<message>\S+ \((?:Failed|Timeout|SEGFAULT|Not Run|Subprocess aborted|Child aborted|BAD_COMMAND)\))/,
  ),
  before('GoogleTest place', re`^${file}:${line}: Failure$`),
  // Go
  error(
    60,
    'Go error',
    /^(?:vet: )?(?<file>(?:[A-Za-z]:)?[\w./\\*@-]+\.go):(?<line>\d+):(?<column>\d+): (?<message>.+)$/,
  ),
  error(50, 'Go test', /^\s*--- FAIL: (?<test>\S+)(?: \([\d.]+s\))?$/),
  error(55, 'message of a Go test', /^\s+(?<file>[\w.-]+_test\.go):(?<line>\d+): (?<message>\S.*)$/, {
    needs: 'test',
  }),
  error(50, 'Go panic', /^panic: .+$/, { except: /\[recovered/ }),
  error(
    40,
    'Go module error',
    /^go: (?<message>(?!downloading |finding |extracting |added |upgraded |creating |warning: ).+)$/,
  ),
  after('Go stack frame', /^\s+(?<file>(?:[A-Za-z]:)?[^\s:]+\.go):(?<line>\d+) \+0x[0-9a-f]+$/),
  // Rust
  error(60, 'rustc error', /^error\[E\d+\]: (?<message>.+)$/),
  error(
    20,
    'cargo consequence',
    /^error: (?<message>(?:could not compile|aborting due to|build failed|test failed, to rerun|doctest failed|\d+ targets? failed|process didn't exit).*)$/,
  ),
  error(
    50,
    'Rust panic',
    /^\s*thread '(?<test>[^']*)' (?:\(\d+\) )?panicked at (?<file>[^\s:']+):(?<line>\d+):(?<column>\d+):$/,
    { opens: 'panic' },
  ),
  error(55, 'message of a Rust panic', /^\S.*$/, { needs: 'panic' }),
  error(
    55,
    'panic of an older Rust',
    /^\s*thread '(?<test>[^']*)' panicked at (?<message>'.+', \S+:\d+:\d+)$/,
  ),
  error(40, 'Rust test', /^test (?<message>\S+)(?: - should panic)? \.\.\. FAILED$/),
  after('place of a Rust error', /^\s*--> (?<file>[^\s:]+):(?<line>\d+):(?<column>\d+)$/),
  // MSBuild, the .NET SDK, Mono and Visual C++, and .NET tests
  error(
    60,
    'MSBuild error',
    re`^\s*${anyFile}\(${line}(?:,${column})?(?:,\d+,\d+|-\d+)?\) ?: (?:fatal )?error ?(?:: )?(?<message>(?:[A-Z]+\d+ ?: )?\S.*?)${project}$`,
  ),
  error(
    50,
    'MSBuild error without a place',
    re`^\s*(?:\S+ ?: )?(?:fatal )?error (?<message>[A-Z]{1,8}\d+ ?: .+?)${project}$`,
  ),
  error(50, '.NET test', /^\s+(?:Failed|失败) (?<test>\S.*) \[[^[\]]*\]$/),
  error(50, 'xUnit test', /^(?:\[xUnit\.net [\d:.]+\])?\s+(?<test>\S.*) \[FAIL\]$/),
  error(50, 'message of a .NET test', /^\s+(?<message>\S.*)$/, { needs: 'assertion' }),
  before('heading of a .NET message', /^\s+(?:Error Message|错误消息)[:：]$/, { opens: 'assertion' }),
  after('.NET stack frame', / (?:in|位置) (?<file>(?:[A-Za-z]:)?[^\s:]+)[:：](?:line|行号) (?<line>\d+)$/),
];
