// Sample lines of Maven, Gradle, Ant and sbt.

import type { SampleTable } from './samples.ts';

export const jvmSamples: SampleTable = {
  'Maven compile error': {
    matches: [
      '***/src/main/java/com/acme/App.java:[12,5] cannot find symbol',
      '/D:/work/shop/src/main/java/com/acme/Cart.java:[22,37] error: incompatible types: String cannot be converted to int',
    ],
    others: [
      '***/src/main/java/com/acme/App.java:[12,5] [deprecation] stop() in Thread has been deprecated',
      '***/src/main/java/com/acme/App.java: uses unchecked or unsafe operations.',
    ],
  },
  'Kotlin error': {
    matches: [
      'e: file:///opt/agent_7/workspace/j_Ab3/app/Cart.kt:18:23 Unresolved reference: totl',
      'e: app/src/main/kotlin/Cart.kt: (18, 23): Type mismatch: inferred type is String but Int was expected',
    ],
    others: ['w: file:///opt/agent_7/workspace/j_Ab3/app/Cart.kt:18:23 Parameter is never used'],
  },
  'Groovy error': {
    matches: [
      'src/main/groovy/Cart.groovy: 12: unable to resolve class Pirce @ line 12, column 5.',
      '***//src/test/groovy/CartSpec.groovy: 31: unexpected token: } @ line 31, column 1.',
    ],
    others: ['src/main/groovy/Cart.groovy: 3 classes compiled'],
  },
  'scalac error': {
    matches: [
      '[error] /opt/agent_7/workspace/j_Ab3/src/main/scala/Cart.scala:14:9: not found: value taxes',
      '[error] src/main/scala/Cart.scala:20: type mismatch;',
    ],
    others: ['[warn] src/main/scala/Cart.scala:14:9: local val unused in method total is never used'],
  },
  'Scala 3 error': {
    matches: [
      '[error] -- [E006] Not Found Error: src/main/scala/Cart.scala:14:8 --------------------------------',
      '[error] -- Error: src/main/scala/Cart.scala:3:1 -',
    ],
    others: ['[warn] -- [E029] Pattern Match Exhaustivity Warning: src/main/scala/Cart.scala:14:8 ---'],
  },
  'Surefire test': {
    matches: [
      'com.acme.order.OrderServiceTest.totalIsRounded -- Time elapsed: 0.012 s <<< FAILURE!',
      'com.acme.CartTest.adds(int)[2]  Time elapsed: 0.003 s  <<< ERROR!',
    ],
    others: [
      'Tests run: 9, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.113 s -- in com.acme.PriceTest',
    ],
  },
  'JUnit 4 test': {
    matches: [
      'totalIsRounded(com.acme.order.OrderServiceTest)  Time elapsed: 0.012 sec  <<< FAILURE!',
      'opens(com.acme.ShopIT)  Time elapsed: 1.2 sec  <<< ERROR!',
    ],
    others: ['totalIsRounded(com.acme.order.OrderServiceTest)  Time elapsed: 0.012 sec'],
  },
  'Surefire summary': {
    matches: [
      '  OrderServiceTest.totalIsRounded:41 expected: <19.99> but was: <19.98999999>',
      '  ShopIT.opens:18->ShopIT.login:44 » ConnectException Connection refused',
    ],
    others: ['12:01:33.120 [main] DEBUG com.acme.Cart:41 total computed'],
  },
  'forked JVM': {
    matches: [
      'The forked VM terminated without properly saying goodbye. VM crash or System.exit called?',
      'ExecutionException The forked VM terminated without saying properly goodbye. VM crash or System.exit called?',
    ],
    others: ['Forked VM started with 4 tests'],
  },
  'Gradle test': {
    matches: ['CartTest > totalIsRounded() FAILED', 'com.acme.ShopTest > a cart > is empty at first FAILED'],
    others: ['> Task :test FAILED', 'CartTest > totalIsRounded() PASSED'],
  },
  'ScalaTest test': {
    matches: ['[info] - rounds the total *** FAILED ***', '- adds a price *** FAILED *** (12 milliseconds)'],
    others: ['[info] - rounds the total'],
  },
  'Gradle consequence': {
    matches: [
      '> There were failing tests. See the report at: file:///opt/agent_7/workspace/j_Ab3/build/reports/index.html',
      '> Compilation failed; see the compiler error output for details.',
    ],
    others: ['> Could not resolve com.acme:core:1.0.'],
  },
  'Gradle cause': {
    matches: [
      '> Could not find method implementatoin() for arguments [com.acme:core:1.0]',
      "      > Could not GET 'https://repo.example.com/core-1.0.pom'. Received status code 401 from server",
    ],
    others: ['> Run with --stacktrace option to get the stack trace.', '> Task :compileJava'],
  },
  'Gradle failure': {
    matches: [
      "Execution failed for task ':compileJava'.",
      "A problem occurred evaluating root project 'shop'.",
    ],
    others: ['5 actionable tasks: 5 executed'],
  },
  'Maven consequence': {
    matches: [
      'Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:3.1.2:test (default-test) on project shop: There are test failures.',
      'Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.11.0:compile (default-compile) on project shop: Compilation failure: Compilation failure: ',
    ],
    others: [
      'Failed to execute goal on project shop: Could not resolve dependencies for project com.acme:shop:jar:1',
    ],
  },
  'Maven failure': {
    matches: [
      'Failed to execute goal on project shop: Could not resolve dependencies for project com.acme:shop:jar:1',
      'Unknown lifecycle phase "pakage". You must specify a valid lifecycle phase',
    ],
    others: ['Resolving dependencies of com.acme:shop:jar:1'],
  },
  'Ant consequence': {
    matches: [
      '***/build.xml:31: Compile failed; see the compiler error output for details.',
      '***/build.xml:12: The following error occurred while executing this line:',
    ],
    others: ['Buildfile: ***/build.xml'],
  },
  'Ant failure': {
    matches: [
      '***/build.xml:31: Warning: Could not find file /opt/agent_7/lib.jar to copy.',
      'tasks/deploy.xml:8: Target "publsh" does not exist in the project "shop".',
    ],
    others: ['pom.xml has 3 modules'],
  },
  'sbt consequence': {
    matches: ['[error] (Compile / compileIncremental) Compilation failed', '[error] one error found'],
    others: ['[info] compiling 3 Scala sources'],
  },
  'sbt error': {
    matches: [
      '[error] Not a valid command: compille',
      '[error] sbt.librarymanagement.ResolveException: Error downloading com.acme:core:1.0',
    ],
    others: [
      '[error] stack trace is suppressed; run last update for the full output',
      '[error]   at com.acme.A',
    ],
  },
  'cause of an exception': {
    matches: [
      'Caused by: java.net.ConnectException: Connection refused',
      '    Caused by: org.gradle.api.GradleException',
    ],
    others: ['The outage was caused by: nobody'],
  },
  'failed Java assertion': {
    matches: [
      '    org.opentest4j.AssertionFailedError: expected: <1> but was: <2>',
      'java.lang.AssertionError: expected:<19.99> but was:<19.98>',
    ],
    others: ['AssertionError: expected 1 to be 2'],
  },
  'exception without a message': {
    matches: [
      'Exception in thread "main" java.lang.NullPointerException',
      'Exception in thread "pool-1-thread-3" java.lang.StackOverflowError',
    ],
    others: ['Exception in thread "main" java.lang.IllegalStateException: no price'],
  },
};
