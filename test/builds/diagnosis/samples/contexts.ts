// Sample lines that say where an error is, or what the next lines are about.

import type { SampleTable } from './samples.ts';

export const contextSamples: SampleTable = {
  'Java stack frame': {
    matches: [
      '\tat com.acme.order.OrderServiceTest.totalIsRounded(OrderServiceTest.java:41)',
      '        at app//com.acme.CartTest.adds(CartTest.kt:12)',
    ],
    others: ['\tat java.base/java.lang.reflect.Method.invoke(Native Method)'],
  },
  'Gradle script': {
    matches: [
      "Build file '***/build.gradle' line: 14",
      "Settings file '/c/work/settings.gradle.kts' line: 3",
    ],
    others: ["Build file '***/build.gradle'"],
  },
  'Gradle heading': {
    matches: ['* What went wrong:', '* What went wrong:'],
    others: ['* Try:'],
  },
  'Node.js stack frame': {
    matches: [
      '    at Object.<anonymous> (src/cart/total.test.ts:13:23)',
      '    at file:///opt/agent_7/workspace/j_Ab3/scripts/release.mjs:9:9',
      '    at async Promise.all (C:\\work\\src\\a.js:3:1)',
    ],
    others: ['    at node:internal/main/run_main_module:28:49'],
  },
  'Vitest place': {
    matches: [' ❯ src/cart/total.test.ts:13:23', '❯ tests/a.spec.mjs:1:1'],
    others: [' ❯ src/cart/total.test.ts (3 tests | 1 failed) 12ms'],
  },
  'esbuild place': {
    matches: ['    src/app/app.component.ts:12:4:', '    src/main.ts:1:22:'],
    others: ['    12 │   this.totl();'],
  },
  'webpack import': {
    matches: [' @ ./src/main.js 3:0-20', ' @ ./src/pages/index.vue 12:4-30 14:2'],
    others: [' @ multi ./src/main.js'],
  },
  'webpack place': {
    matches: ['ERROR in ./src/lib/a.js 3:0-20', 'ERROR in src/cart.ts:3:7'],
    others: ['ERROR in Entry module not found'],
  },
  'node:test place': {
    matches: ['test at test/cart.test.js:3:1', 'test at ***/test/cart.test.mts:30:7'],
    others: ['test at noon'],
  },
  'file that a linter checked': {
    matches: ['/opt/agent_7/workspace/j_Ab3/src/cart.js', '  src/App.vue', 'C:\\work\\src\\a.tsx'],
    others: ['src/cart.js is written', 'src/cart.java'],
  },
  'GoogleTest place': {
    matches: ['../tests/cart_test.cc:12: Failure', '***/tests/cart_test.cpp:40: Failure'],
    others: ['../tests/cart_test.cc:12: Success'],
  },
  'Go stack frame': {
    matches: [
      '\t/opt/agent_7/workspace/j_Ab3/cmd/shop/main.go:12 +0x1d',
      '\tC:/work/cart/total.go:40 +0x1f4',
    ],
    others: ['\tmain.go:12: loading'],
  },
  'place of a Rust error': {
    matches: ['  --> src/cart.rs:12:5', ' --> shop/src/main.rs:3:1'],
    others: ['  --> done'],
  },
  'Python traceback': {
    matches: [
      '  File "***//shop/stock/reserve.py", line 297, in reserve',
      '  File "tools/release.py", line 31',
    ],
    others: ['File "tools/release.py" is 31 lines long'],
  },
  'pytest place': {
    matches: [
      'tests/test_cart.py:17: AssertionError',
      'tests/test_cart.py:9: in test_total',
      'shop/cart.py:3: ',
    ],
    others: ['shop/cart.py:12: error: Incompatible return value type  [return-value]'],
  },
  'PHP place': {
    matches: ['/opt/agent_7/workspace/j_Ab3/tests/CartTest.php:17', '***/tests/PriceTest.php:8'],
    others: ['tests/CartTest.php:17 is covered'],
  },
  'file that PHP_CodeSniffer checked': {
    matches: ['FILE: ***/src/Cart.php', 'FILE: /opt/agent_7/workspace/j_Qx7Lm2Rt/src/Order.php'],
    others: ['FILE: two words', 'see FILE: src/Cart.php'],
  },
  'place that a PHP console names': {
    matches: ['In CurlDownloader.php line 375:', '  In ArgvInput.php line 223:'],
    others: ['In line 3 of a file'],
  },
  'heading of a .NET message': {
    matches: ['  Error Message:', '  错误消息:'],
    others: ['  Stack Trace:'],
  },
  '.NET stack frame': {
    matches: [
      '   at Shop.Tests.CartTest.Adds(Int32 a, Int32 b) in /opt/agent_7/workspace/j_Ab3/tests/CartTest.cs:line 17',
      '   at Shop.Cart.Total() in C:\\work\\src\\Cart.cs:line 8',
    ],
    others: ['   at System.RuntimeMethodHandle.InvokeMethod(Object target)'],
  },
  'place in a Dockerfile': {
    matches: ['Dockerfile:11', 'docker/api.Dockerfile:3'],
    others: ['Dockerfile:11:5'],
  },
};
