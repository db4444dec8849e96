// Lists what errors of Java, Kotlin, Groovy and Scala builds look like: Maven, Gradle, Ant, sbt, and their tests.

import { anyFile, column, file, line, message, type PatternTable, re } from './pattern.ts';

export const jvmPatterns: PatternTable = {
  errors: [
    {
      name: 'Maven compile error',
      expression: re`^${file}:\[${line},${column}\] (?:error: )?${message}$`,
      weight: 60,
      except:
        /: warning:|\] \[(?:deprecation|unchecked|removal|rawtypes)\]|uses unchecked|has been deprecated/,
    },
    {
      name: 'Kotlin error',
      expression: re`^e: (?:file://)?${file}:(?: \()?${line}[:,] ?${column}\)?:? ${message}$`,
      weight: 60,
    },
    {
      name: 'Groovy error',
      expression: re`^${file}: ${line}: (?<message>.+ @ line \d+, column \d+\.?)$`,
      weight: 60,
    },
    {
      name: 'scalac error',
      expression: re`^\[error\] ${file}:${line}:(?:${column}:)? ${message}$`,
      weight: 60,
    },
    {
      name: 'Scala 3 error',
      expression: re`^\[error\] -- (?:\[\w+\] )?(?<message>.+): ${file}:${line}:${column} -*$`,
      weight: 60,
    },
    {
      name: 'Surefire test',
      expression:
        /^(?:[\w$]+\.)*(?<test>[\w$]+\.[\w$]+(?:\([^()]*\))?(?:\[[^\]]*\])?) +(?:-- )?Time elapsed: .*<<< (?:FAILURE|ERROR)!/,
      weight: 50,
    },
    {
      name: 'JUnit 4 test',
      expression:
        /^(?<test>[\w$]+)\((?:[\w$]+\.)*(?<suite>[\w$]+)\) +(?:-- )?Time elapsed: .*<<< (?:FAILURE|ERROR)!/,
      weight: 50,
    },
    {
      name: 'Surefire summary',
      expression: /^ {2,4}(?<message>[\w$.]+\.[\w$]+:\d+(?:->[\w$.]+:\d+)* .+)$/,
      weight: 50,
    },
    { name: 'forked JVM', expression: /(?<message>The forked VM terminated without .+)$/, weight: 50 },
    {
      name: 'Gradle test',
      expression: /^(?!> )(?=\S.* > )(?<test>.+) FAILED$/,
      weight: 50,
    },
    {
      name: 'ScalaTest test',
      expression: /^(?:\[info\] )?- (?<test>.+) \*\*\* FAILED \*\*\*/,
      weight: 50,
    },
    {
      name: 'Gradle consequence',
      expression:
        /^ *> (?<message>(?:There were failing tests|Compilation failed; see|Compilation error\. See).*)$/,
      weight: 20,
      needs: 'gradle',
    },
    {
      name: 'Gradle cause',
      expression: /^ *> (?<message>(?!Task |Run with |Get more |Learn more ).+)$/,
      weight: 40,
      needs: 'gradle',
      supersedes: true,
    },
    {
      name: 'Gradle failure',
      expression:
        /^(?<message>Execution failed for task .+|A problem occurred .+|Could not .+|Task .+ not found .+)$/,
      weight: 30,
      needs: 'gradle',
    },
    {
      name: 'Maven consequence',
      expression:
        /^(?<message>Failed to execute goal .+(?:There are test failures|Compilation failure|The forked VM terminated).*)$/,
      weight: 20,
    },
    {
      name: 'Maven failure',
      expression:
        /^(?<message>(?:Failed to execute goal|Could not resolve dependencies|Non-resolvable parent POM|Unknown lifecycle phase|No plugin found for prefix|The goal you specified requires) .+)$/,
      weight: 40,
    },
    {
      name: 'Ant consequence',
      expression: re`^${anyFile}:${line}: (?<message>Compile failed; see .+|The following error occurred .+)$`,
      weight: 20,
    },
    { name: 'Ant failure', expression: re`^(?<file>[^\s:]+\.xml):${line}: ${message}$`, weight: 40 },
    {
      name: 'sbt consequence',
      expression: /^\[error\] (?<message>\(.+\) .+|Failed tests:|\w+ errors? found|Total time: .+)$/,
      weight: 20,
    },
    { name: 'sbt error', expression: /^\[error\] (?<message>(?!stack trace is)\S.*)$/, weight: 30 },
    {
      name: 'cause of an exception',
      expression: /^\s*Caused by: (?<message>(?:[\w$]+\.)*[\w$]+(?:: .+)?)$/,
      weight: 40,
      supersedes: true,
    },
    {
      name: 'failed Java assertion',
      expression:
        /^\s*(?:org\.opentest4j\.|java\.lang\.|junit\.framework\.)(?:AssertionFailedError|AssertionError|ComparisonFailure): (?<message>.+)$/,
      weight: 40,
    },
    {
      name: 'exception without a message',
      expression: /^Exception in thread "[^"]*" (?<message>[\w$.]+)$/,
      weight: 40,
    },
  ],
  contexts: [
    {
      name: 'Java stack frame',
      expression: /^\s+at (?:[\w.-]+\/{1,2})?(?<type>[\w$.]+)\.[\w$<>]+\((?<file>\w+\.\w+):(?<line>\d+)\)/,
      position: 'after',
    },
    {
      name: 'Gradle script',
      expression: /^(?:Build|Settings|Script) file '(?<file>[^']+)' line: (?<line>\d+)$/,
      position: 'before',
    },
    { name: 'Gradle heading', expression: /^\* What went wrong:$/, position: 'before', opens: 'gradle' },
  ],
};
