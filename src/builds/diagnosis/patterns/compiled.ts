// Lists what errors of compilers, linkers, build tools and tests look like: of Java, Kotlin, Groovy, Scala, C, C++, Go,
// Rust and .NET.

import { after, anyFile, before, column, error, file, line, message, type Pattern, re } from './pattern.ts';

/** The project that MSBuild names after each error; it is not part of the message. */
const project = String.raw`(?: \[[^\[\]]+\])?`;

export const compiledPatterns: readonly Pattern[] = [
  // Java, Kotlin, Groovy and Scala: Maven, Gradle, Ant, sbt, and their tests
  error(60, 'Maven compile error', re`^${file}:\[${line},${column}\] (?:error: )?${message}$`, {
    except: /: warning:|\] \[(?:deprecation|unchecked|removal|rawtypes)\]|uses unchecked|has been deprecated/,
  }),
  error(60, 'Kotlin error', re`^e: (?:file://)?${file}:(?: \()?${line}[:,] ?${column}\)?:? ${message}$`),
  error(60, 'Groovy error', re`^${file}: ${line}: (?<message>.+ @ line \d+, column \d+\.?)$`),
  error(60, 'scalac error', re`^\[error\] ${file}:${line}:(?:${column}:)? ${message}$`),
  error(60, 'Scala 3 error', re`^\[error\] -- (?:\[\w+\] )?(?<message>.+): ${file}:${line}:${column} -*$`),
  error(
    50,
    'Surefire test',
    /^(?:[\w$]+\.)*(?<test>[\w$]+\.[\w$]+(?:\([^()]*\))?(?:\[[^\]]*\])?) +(?:-- )?Time elapsed: .*<<< (?:FAILURE|ERROR)!/,
  ),
  error(
    50,
    'JUnit 4 test',
    /^(?<test>[\w$]+)\((?:[\w$]+\.)*(?<suite>[\w$]+)\) +(?:-- )?Time elapsed: .*<<< (?:FAILURE|ERROR)!/,
  ),
  error(50, 'Surefire summary', /^ {2,4}(?<message>[\w$.]+\.[\w$]+:\d+(?:->[\w$.]+:\d+)* .+)$/),
  error(50, 'forked JVM', /(?<message>The forked VM terminated without .+)$/),
  error(50, 'Gradle test', /^(?!> )(?=\S.* > )(?<test>.+) FAILED$/),
  error(50, 'ScalaTest test', /^(?:\[info\] )?- (?<test>.+) \*\*\* FAILED \*\*\*/),
  error(
    20,
    'Gradle consequence',
    /^ *> (?<message>(?:There were failing tests|Compilation failed; see|Compilation error\. See).*)$/,
    { needs: 'gradle' },
  ),
  error(40, 'Gradle cause', /^ *> (?<message>(?!Task |Run with |Get more |Learn more ).+)$/, {
    needs: 'gradle',
    supersedes: true,
  }),
  error(
    30,
    'Gradle failure',
    /^(?:Execution failed for task .+|A problem occurred .+|Could not .+|Task .+ not found .+)$/,
    { needs: 'gradle' },
  ),
  error(
    20,
    'Maven consequence',
    /^Failed to execute goal .+(?:There are test failures|Compilation failure|The forked VM terminated).*$/,
  ),
  error(
    40,
    'Maven failure',
    /^(?:Failed to execute goal|Could not resolve dependencies|Non-resolvable parent POM|Unknown lifecycle phase|No plugin found for prefix|The goal you specified requires) .+$/,
  ),
  error(
    20,
    'Ant consequence',
    re`^${anyFile}:${line}: (?<message>Compile failed; see .+|The following error occurred .+)$`,
  ),
  error(40, 'Ant failure', re`^(?<file>[^\s:]+\.xml):${line}: ${message}$`),
  error(
    20,
    'sbt consequence',
    /^\[error\] (?<message>\(.+\) .+|Failed tests:|\w+ errors? found|Total time: .+)$/,
  ),
  error(30, 'sbt error', /^\[error\] (?<message>(?!stack trace is)\S.*)$/),
  error(40, 'cause of an exception', /^\s*Caused by: (?<message>(?:[\w$]+\.)*[\w$]+(?:: .+)?)$/, {
    supersedes: true,
  }),
  error(
    40,
    'failed Java assertion',
    /^\s*(?:org\.opentest4j\.|java\.lang\.|junit\.framework\.)(?:AssertionFailedError|AssertionError|ComparisonFailure): (?<message>.+)$/,
  ),
  error(40, 'exception without a message', /^Exception in thread "[^"]*" (?<message>[\w$.]+)$/),
  after(
    'Java stack frame',
    /^\s+at (?:[\w.-]+\/{1,2})?(?<type>[\w$.]+)\.[\w$<>]+\((?<file>\w+\.\w+):(?<line>\d+)\)/,
  ),
  before('Gradle script', /^(?:Build|Settings|Script) file '(?<file>[^']+)' line: (?<line>\d+)$/),
  before('Gradle heading', /^\* What went wrong:$/, { opens: 'gradle' }),
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
  error(55, 'CMake message', /^ {2}(?<message>\S.*)$/, { needs: 'cmake', completes: true }),
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
  error(55, 'message of a Rust panic', /^\S.*$/, { needs: 'panic', completes: true }),
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
