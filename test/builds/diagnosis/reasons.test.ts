// The diagnosis names the reason of a failure that takes more than one line to say, and the place that belongs to it.

import { expect, it } from 'vitest';
import { Diagnosis } from '../../../src/builds/diagnosis/diagnosis.ts';
import { checkoutIn, fileInRepository } from '../../../src/github/report/annotations.ts';

interface Expected {
  readonly reason: string;
  /** The file that an annotation gets where nothing is checked out, and the line. */
  readonly place?: string;
}

const nothing = checkoutIn(undefined);

function diagnose(log: string): Expected {
  const diagnosis = new Diagnosis();
  diagnosis.lines(`${log}\n`);
  const { reason, errors } = diagnosis.finding('a step');
  const [first] = errors.flatMap(({ places }) =>
    places.flatMap((place) => {
      const file = fileInRepository(place, nothing);
      return file === undefined ? [] : [`${file}:${place.line}`];
    }),
  );
  return first === undefined ? { reason } : { reason, place: first };
}

const cases: Readonly<Record<string, { readonly log: string; readonly expected: Expected }>> = {
  'names the failing test of Maven with its message': {
    log: `[2026/09/10 10:00:00.000 GMT+08:00] [ERROR] com.acme.order.OrderServiceTest.totalIsRounded -- Time elapsed: 0.01 s <<< FAILURE!
org.opentest4j.AssertionFailedError: expected: <19.99> but was: <19.98>
	at org.junit.jupiter.api.AssertionUtils.fail(AssertionUtils.java:55)
	at com.acme.order.OrderServiceTest.totalIsRounded(OrderServiceTest.java:41)
[2026/09/10 10:00:01.000 GMT+08:00] [ERROR]   OrderServiceTest.totalIsRounded:41 expected: <19.99> but was: <19.98>
[2026/09/10 10:00:01.000 GMT+08:00] [ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0
[2026/09/10 10:00:02.000 GMT+08:00] [ERROR] Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:3.1.2:test (default-test) on project shop: There are test failures.`,
    expected: {
      reason: 'OrderServiceTest.totalIsRounded: expected: <19.99> but was: <19.98>',
      place: 'src/test/java/com/acme/order/OrderServiceTest.java:41',
    },
  },
  'names the failing test of Gradle with its message': {
    log: `> Task :test FAILED

CartTest > totalIsRounded() FAILED
    org.opentest4j.AssertionFailedError: expected: <1> but was: <2>
        at app//com.acme.CartTest.totalIsRounded(CartTest.kt:12)

3 tests completed, 1 failed

* What went wrong:
Execution failed for task ':test'.
> There were failing tests. See the report at: file:///opt/agent_7/workspace/j_Ab3/build/reports/tests/test/index.html`,
    expected: {
      reason: 'CartTest > totalIsRounded(): expected: <1> but was: <2>',
      place: 'src/test/kotlin/com/acme/CartTest.kt:12',
    },
  },
  'names the innermost cause of an exception of Java, and the test that it failed': {
    log: `[ERROR] com.acme.ShopTest.opens -- Time elapsed: 0.8 sec <<< ERROR!
java.lang.IllegalStateException: Failed to load the context
	at com.acme.ShopTest.opens(ShopTest.java:20)
Caused by: org.springframework.beans.BeanCreationException: Error creating bean 'cart'
	at org.springframework.beans.Factory.create(Factory.java:1)
	... 12 more
Caused by: java.net.ConnectException: Connection refused
	at com.acme.Cart.connect(Cart.java:9)
	... 30 more`,
    expected: {
      reason: 'ShopTest.opens: java.net.ConnectException: Connection refused',
      place: 'src/test/java/com/acme/ShopTest.java:20',
    },
  },
  'names the deepest cause that Gradle gives': {
    log: `* What went wrong:
Could not determine the dependencies of task ':bootJar'.
> Could not resolve all dependencies for configuration ':runtimeClasspath'.
   > Could not resolve com.acme:core:1.0.
      > Could not GET 'https://repo.example.com/core-1.0.pom'. Received status code 401 from server: Unauthorized

* Try:
> Run with --stacktrace option to get the stack trace.`,
    expected: {
      reason:
        "Could not GET 'https://repo.example.com/core-1.0.pom'. Received status code 401 from server: Unauthorized",
    },
  },
  'takes no echo of npm for the reason': {
    log: `> web@1.0.0 build
> vue-cli-service build

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
npm ERR! code ELIFECYCLE
npm ERR! errno 134`,
    expected: { reason: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory' },
  },
  'names no reason where npm only echoes a script': {
    log: '> web@1.0.0 build\n> vite build',
    expected: { reason: '' },
  },
  'names file and line of an ESLint error, of which ESLint prints the file once': {
    log: `> web@1.0.0 lint

/opt/agent_7/workspace/j_Ab3/src/cart.js
   3:1   warning  Unexpected console statement  no-console
  14:1   error    'total' is not defined        no-undef

✖ 2 problems (1 error, 1 warning)
npm ERR! Exit status 1`,
    expected: { reason: "src/cart.js:14:1: 'total' is not defined        no-undef", place: 'src/cart.js:14' },
  },
  'names the module that webpack did not find, and where it is imported': {
    log: `ERROR in ./src/pages/cart.js 3:0-20
Module not found: Error: Can't resolve './lib/a' in '***/src/pages'
 @ ./src/main.js 1:0-20`,
    expected: {
      reason: "Module not found: Error: Can't resolve './lib/a' in 'src/pages'",
      place: 'src/pages/cart.js:3',
    },
  },
  'names the place that Angular prints below the error': {
    log: `✘ [ERROR] TS2551: Property 'totl' does not exist on type 'Cart'. [plugin angular-compiler]

    src/app/cart.component.ts:12:4:
      12 │   this.totl();`,
    expected: {
      reason: "TS2551: Property 'totl' does not exist on type 'Cart'. [plugin angular-compiler]",
      place: 'src/app/cart.component.ts:12',
    },
  },
  'names the failing test of mocha with its message': {
    log: `  1 failing

  1) cart
       rounds the total:

      AssertionError [ERR_ASSERTION]: 19.98 == 19.99
      at Context.<anonymous> (test/cart.test.js:9:14)`,
    expected: {
      reason: 'rounds the total: AssertionError [ERR_ASSERTION]: 19.98 == 19.99',
      place: 'test/cart.test.js:9',
    },
  },
  'names the failing test of node:test with its message': {
    log: `✖ failing tests:

test at test/cart.test.js:3:1
✖ rounds the total (1.2054ms)
  AssertionError [ERR_ASSERTION]: 19.98 == 19.99
      at TestContext.<anonymous> (file:///opt/agent_7/workspace/j_Ab3/test/cart.test.js:5:10)`,
    expected: {
      reason: 'rounds the total: AssertionError [ERR_ASSERTION]: 19.98 == 19.99',
      place: 'test/cart.test.js:3',
    },
  },
  'names what keeps a suite of Jest from running': {
    log: `FAIL src/cart.test.js
  ● Test suite failed to run

    Cannot find module './cart' from 'src/cart.test.js'`,
    expected: { reason: "Cannot find module './cart' from 'src/cart.test.js'" },
  },
  'names the failing test of .NET with its message': {
    log: `  Failed Shop.Tests.CartTest.TotalIsRounded [12 ms]
  Error Message:
   Assert.Equal() Failure: Values differ
  Stack Trace:
     at Shop.Tests.CartTest.TotalIsRounded() in /devcloud/ws/aB3dE/workspace/j_Ab3/tests/CartTest.cs:line 17`,
    expected: {
      reason: 'Shop.Tests.CartTest.TotalIsRounded: Assert.Equal() Failure: Values differ',
      place: 'tests/CartTest.cs:17',
    },
  },
  'names the error of C# behind the number that MSBuild puts before it': {
    log: `     12>C:\\agent\\workspace\\j_Ab3\\src\\App\\Program.cs(56,23): error CS1503: Argument 1: cannot convert [C:\\agent\\workspace\\j_Ab3\\src\\App\\App.csproj]
Build FAILED.`,
    expected: {
      reason: 'src\\App\\Program.cs(56,23): error CS1503: Argument 1: cannot convert [src\\App\\App.csproj]',
      place: 'src/App/Program.cs:56',
    },
  },
  'names the compiler error in an image rather than the command that failed': {
    log: `#12 [5/6] RUN make
#12 0.345 src/main.c:12:5: error: 'x' undeclared (first use in this function)
#12 0.351 make: *** [Makefile:4: all] Error 1
#12 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2
Dockerfile:9
ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2`,
    expected: {
      reason: "src/main.c:12:5: error: 'x' undeclared (first use in this function)",
      place: 'src/main.c:12',
    },
  },
  'names the error behind the prefix of turbo': {
    log: `@acme/web:build: src/x.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.
@acme/web:build: ERROR: command finished with error: command (/app/web) npm run build exited (2)`,
    expected: {
      reason: "src/x.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.",
      place: 'src/x.ts:3',
    },
  },
  'names the error behind the prefix of pnpm': {
    log: `apps/web build: src/x.ts(3,7): error TS2304: Cannot find name 'y'.
apps/web build: Failed
 ELIFECYCLE  Command failed with exit code 1.`,
    expected: { reason: "src/x.ts(3,7): error TS2304: Cannot find name 'y'.", place: 'src/x.ts:3' },
  },
  'names the error behind the prefix of Ant': {
    log: `    [javac] ***/src/com/acme/Cart.java:12: error: cannot find symbol
    [javac]         totl();

BUILD FAILED
***/build.xml:31: Compile failed; see the compiler error output for details.`,
    expected: {
      reason: 'src/com/acme/Cart.java:12: error: cannot find symbol',
      place: 'src/com/acme/Cart.java:12',
    },
  },
  "names CMake's message, which stands below the place": {
    log: `CMake Error at cmake/Deps.cmake:12 (find_package):
  Could not find a package configuration file provided by "Boost"

-- Configuring incomplete, errors occurred!`,
    expected: {
      reason: 'Could not find a package configuration file provided by "Boost"',
      place: 'cmake/Deps.cmake:12',
    },
  },
  'names the message of ArkTS, which stands below the place': {
    log: `> hvigor ERROR: Failed :entry:default@CompileArkTS...
> hvigor ERROR: ArkTS Compiler Error
1 ERROR: ArkTS:ERROR File: /opt/agent_7/workspace/j_Ab3/entry/src/main/ets/pages/Index.ets:12:5
 Property 'totl' does not exist on type 'Cart'.

COMPILE RESULT:FAIL {ERROR:2 WARN:0}`,
    expected: {
      reason: "Property 'totl' does not exist on type 'Cart'.",
      place: 'entry/src/main/ets/pages/Index.ets:12',
    },
  },
  "names Gulp's error rather than the task that it is of": {
    log: `[12:01:33] 'build' errored after 12 ms
[12:01:33] TypeError: gulp.tsk is not a function`,
    expected: { reason: 'TypeError: gulp.tsk is not a function' },
  },
  'names the error behind the prefix of lerna': {
    log: `web: src/x.ts(3,7): error TS2304: Cannot find name 'y'.
lerna ERR! npm run build exited 2 in 'web'`,
    expected: { reason: "src/x.ts(3,7): error TS2304: Cannot find name 'y'.", place: 'src/x.ts:3' },
  },
  'names the failing test of GoogleTest and where it failed': {
    log: `[ RUN      ] CartTest.RoundsTheTotal
../tests/cart_test.cc:12: Failure
Expected equality of these values:
  total(cart)
    Which is: 19.98
[  FAILED  ] CartTest.RoundsTheTotal (0 ms)
[  FAILED  ] 1 test, listed below:`,
    expected: { reason: 'CartTest.RoundsTheTotal' },
  },
  'names the failing test of CTest': {
    log: `3/5 Test #3: cart_total .......................***Failed    0.01 sec
The following tests FAILED:
	  3 - cart_total (Failed)
Errors while running CTest`,
    expected: { reason: 'cart_total' },
  },
  'names the failing test of cargo with its message': {
    log: `test cart::tests::rounds ... FAILED

---- cart::tests::rounds stdout ----
thread 'cart::tests::rounds' panicked at src/cart.rs:10:9:
assertion \`left == right\` failed
  left: 1
 right: 2
error: test failed, to rerun pass \`--lib\``,
    expected: { reason: 'cart::tests::rounds: assertion `left == right` failed', place: 'src/cart.rs:10' },
  },
  'names the place of a panic of Go': {
    log: `panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
main.main()
	/opt/agent_7/workspace/j_Ab3/cmd/shop/main.go:12 +0x1d
exit status 2`,
    expected: {
      reason: 'panic: runtime error: index out of range [3] with length 3',
      place: 'cmd/shop/main.go:12',
    },
  },
  'names the last exception of a chain of Python': {
    log: `Traceback (most recent call last):
  File "***//shop/prices.py", line 8, in load
    return prices[name]
KeyError: 'tea'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "***//shop/main.py", line 20, in <module>
    load("tea")
  File "***//shop/prices.py", line 10, in load
    raise shop.NoPrice(name)
shop.NoPrice: tea has no price`,
    expected: { reason: 'shop.NoPrice: tea has no price', place: 'shop/prices.py:10' },
  },
  'names the failing test of unittest with its message': {
    log: `======================================================================
FAIL: test_total (tests.test_cart.CartTest.test_total)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "***//tests/test_cart.py", line 9, in test_total
    self.assertEqual(total(), 19.99)
AssertionError: 19.98 != 19.99

FAILED (failures=1)`,
    expected: {
      reason: 'CartTest.test_total: AssertionError: 19.98 != 19.99',
      place: 'tests/test_cart.py:9',
    },
  },
  'names the module that kept pytest from collecting a test': {
    log: `_______________________ ERROR collecting tests/test_a.py _______________________
tests/test_a.py:1: in <module>
    import foo
E   ModuleNotFoundError: No module named 'foo'
=========================== short test summary info ============================
ERROR tests/test_a.py`,
    expected: { reason: "ModuleNotFoundError: No module named 'foo'" },
  },
  'names the error of mypy, which has no column': {
    log: `***//shop/cart.py:12: error: Incompatible return value type  [return-value]
Found 1 error in 1 file (checked 3 source files)`,
    expected: {
      reason: 'shop/cart.py:12: error: Incompatible return value type  [return-value]',
      place: 'shop/cart.py:12',
    },
  },
  'names the failing test of PHPUnit with its message': {
    log: `There was 1 failure:

1) Tests\\CartTest::testTotal
Failed asserting that 19.98 matches expected 19.99.

/opt/agent_7/workspace/j_Ab3/tests/CartTest.php:17`,
    expected: {
      reason: 'Tests\\CartTest::testTotal: Failed asserting that 19.98 matches expected 19.99.',
      place: 'tests/CartTest.php:17',
    },
  },
  'names file and line of an error of PHP_CodeSniffer, which prints the file once': {
    log: `FILE: ***/src/Cart.php
----------------------------------------------------------------------
FOUND 1 ERROR AND 1 WARNING AFFECTING 2 LINES
----------------------------------------------------------------------
  4 | WARNING | [ ] Line exceeds 120 characters; contains 148 characters
 12 | ERROR   | [x] Expected 1 space after IF keyword; 0 found
----------------------------------------------------------------------`,
    expected: {
      reason: 'src/Cart.php:12: Expected 1 space after IF keyword; 0 found',
      place: 'src/Cart.php:12',
    },
  },
  'names what Composer could not install': {
    log: `Your requirements could not be resolved to an installable set of packages.

  Problem 1
    - Root composer.json requires php ^8.4 but your php version (8.1.2) does not satisfy that requirement.`,
    expected: {
      reason:
        'Root composer.json requires php ^8.4 but your php version (8.1.2) does not satisfy that requirement.',
    },
  },
  "prefers a tool's error to an informational line and to a warning": {
    log: `[2026/09/10 10:00:00.000 GMT+08:00] [INFO] I/O exception caught: cache: No such file or directory
[2026/09/10 10:00:00.000 GMT+08:00] [WARNING] src/A.java:[1,2] cannot find symbol
[2026/09/10 10:00:01.000 GMT+08:00] [ERROR] Failed to execute goal com.google.cloud.tools:jib-maven-plugin:3.4:build: image not found`,
    expected: {
      reason: 'Failed to execute goal com.google.cloud.tools:jib-maven-plugin:3.4:build: image not found',
    },
  },
  "names CodeArts' own words where no tool gave a reason": {
    log: '[2026/09/10 10:00:00.000 GMT+08:00] [ERROR] [buildImage:buildImage] : DEV.CB.0210043, Docker build image failed',
    expected: { reason: 'Docker build image failed' },
  },
  "names the tool's error that CodeArts quotes": {
    log: '[2026/09/10 10:00:00.000 GMT+08:00] [ERROR] [buildImage:buildImage] : Execute docker command failed. Error message: unable to prepare context: lstat ***//dockerfile: no such file or directory.',
    expected: { reason: 'unable to prepare context: lstat dockerfile: no such file or directory.' },
  },
  "names CodeArts' words on a shell step, which carry no step": {
    log: '[2026/09/10 17:26:50.622 GMT+08:00] [ERROR]  : script returned exit code 3, exitMessage is: command run failed',
    expected: { reason: 'script returned exit code 3, exitMessage is: command run failed' },
  },
  "names the error message of CodeArts' engine in an older log": {
    log: '[2019-07-02 08:29:23.202] [INTERNAL] : [pluginFrame] step run failed, errorMessage: Could not perform submodule update',
    expected: { reason: 'Could not perform submodule update' },
  },
};

it.each(Object.entries(cases))('%s', (_, { log, expected }) => {
  expect(diagnose(log)).toEqual(expected);
});
