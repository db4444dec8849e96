// Lists what errors of Java, Kotlin, Groovy and Scala builds look like: Maven, Gradle, Ant, sbt, and their tests.

import { after, anyFile, before, column, error, file, line, message, type Pattern, re } from './pattern.ts';

export const jvmPatterns: readonly Pattern[] = [
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
];
