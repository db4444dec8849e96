// Samples for the patterns of C, C++, Go, Rust and .NET.

import type { SampleTable } from './samples.ts';

export const compiledSamples: SampleTable = {
  'compiler error': {
    matches: [
      "src/main.c:12:5: error: 'x' undeclared (first use in this function)",
      "../core/parser.h:17:10: fatal error: 'core/tokens.h' file not found",
      'src/main.cc:12:5: 错误：‘x’未声明',
      'app/src/main/java/com/acme/App.java:12: error: cannot find symbol',
      'src/com/acme/Price.java:8: 错误: 找不到符号',
      'src/a.py:12: error: Incompatible return value type (got "int", expected "str")  [return-value]',
    ],
    others: [
      'src/main.c:12:5: warning: unused variable ‘x’ [-Wunused-variable]',
      'src/com/acme/Price.java:8: warning: [removal] finalize() in Object has been deprecated',
    ],
  },
  'linker error with a place': {
    matches: [
      "/usr/bin/ld: src/main.c:12: undefined reference to `serve'",
      "src/b.cc:4: multiple definition of `total(int)'; src/a.cc:4: first defined here",
    ],
    others: ["/usr/bin/ld: src/main.o: in function `main':"],
  },
  'linker error': {
    matches: [
      "main.cpp:(.text+0x1f): undefined reference to `shop::serve(int)'",
      "region `FLASH' overflowed by 1204 bytes",
      '/usr/bin/ld: cannot find -lshop: No such file or directory',
    ],
    others: ['linking region map written to shop.map'],
  },
  'failed assertion': {
    matches: [
      "shop: src/cart.c:31: total: Assertion `count > 0' failed.",
      "test_cart: ../tests/cart.cc:8: int main(): Assertion `total(3) == 9' failed.",
    ],
    others: ['3 assertions in src/cart.c'],
  },
  'missing make target': {
    matches: [
      "make: *** No rule to make target 'biuld'.  Stop.",
      "make[2]: *** No rule to make target 'src/cart.o', needed by 'shop'.  Stop.",
    ],
    others: ['make: *** [Makefile:12: all] Error 2'],
  },
  'consequence in make': {
    matches: ['make[1]: *** [Makefile:12: all] Error 2', 'collect2: error: ld returned 1 exit status'],
    others: ["make[1]: Leaving directory `/opt/agent_7/workspace/j_Ab3'"],
  },
  'CMake error with a place': {
    matches: [
      'CMake Error at CMakeLists.txt:12 (find_package):',
      'CMake Error at cmake/Deps.cmake:3 (message):',
    ],
    others: ['CMake Warning at CMakeLists.txt:12 (find_package):'],
  },
  'CMake message': {
    matches: [
      '  Could not find a package configuration file provided by "Boost"',
      '  The compiler is too old: 4.8.5',
    ],
    others: ['-- Configuring incomplete, errors occurred!'],
  },
  'CMake error': {
    matches: [
      'CMake Error: The source directory "/opt/shop" does not appear to contain CMakeLists.txt.',
      'CMake Error: CMAKE_C_COMPILER not set, after EnableLanguage',
    ],
    others: ['CMake Deprecation Warning: compatibility with CMake < 3.5 will be removed'],
  },
  'ninja error': {
    matches: [
      "ninja: error: 'src/cart.c', needed by 'cart.o', missing and no known rule to make it",
      'ninja: fatal: cannot create log',
    ],
    others: ['ninja: no work to do.', 'ninja: build stopped: subcommand failed.'],
  },
  'GoogleTest test': {
    matches: [
      '[  FAILED  ] CartTest.RoundsTheTotal (0 ms)',
      '[  FAILED  ] Sizes/CartTest.Rounds/2, where GetParam() = 3',
    ],
    others: ['[  FAILED  ] 1 test, listed below:', '[       OK ] CartTest.Adds (0 ms)'],
  },
  'CTest test': {
    matches: [
      '3/5 Test #3: cart_total .......................***Failed    0.01 sec',
      '1/2 Test #1: serve ............................***Timeout   5.00 sec',
    ],
    others: ['1/2 Test #1: serve ............................   Passed    0.01 sec'],
  },
  'CTest summary': {
    matches: ['\t  3 - cart_total (Failed)', '\t  1 - serve (SEGFAULT)'],
    others: ['\t  3 - cart_total (Passed)'],
  },
  'Go error': {
    matches: ['internal/cart/total.go:12:9: undefined: taxFor', 'vet: ./main.go:4:2: missing return'],
    others: ['ok  \tshop/internal/cart\t0.012s'],
  },
  'Go test': {
    matches: ['--- FAIL: TestTotalIsRounded (0.00s)', '    --- FAIL: TestTotal/empty_cart (0.00s)'],
    others: ['--- PASS: TestTotalIsRounded (0.00s)', '--- SKIP: TestSlow (0.00s)'],
  },
  'message of a Go test': {
    matches: [
      '    total_test.go:21: got 19.98, want 19.99',
      '        cart_test.go:8: unexpected error: no price',
    ],
    others: ['    total.go:21: got 19.98, want 19.99'],
  },
  'Go panic': {
    matches: ['panic: runtime error: index out of range [3] with length 3', 'panic: no price'],
    others: ['panic: runtime error: index out of range [3] with length 3 [recovered]'],
  },
  'Go module error': {
    matches: [
      'go: example.com/acme/core@v1.4.0: reading https://proxy.example.com/core.mod: 404 Not Found',
      'go: cannot find main module, but found .git/config in /opt/agent_7/workspace/j_Ab3',
    ],
    others: ['go: downloading example.com/acme/core v1.4.0'],
  },
  'rustc error': {
    matches: ['error[E0425]: cannot find value `taxes` in this scope', 'error[E0308]: mismatched types'],
    others: ['warning[W1]: unused variable'],
  },
  'cargo consequence': {
    matches: [
      'error: could not compile `shop` (bin "shop") due to 1 previous error',
      'error: test failed, to rerun pass `--lib`',
    ],
    others: ['error: cannot find macro `printn` in this scope'],
  },
  'Rust panic': {
    matches: [
      "thread 'cart::tests::rounds' panicked at src/cart.rs:10:9:",
      "thread 'main' (4711) panicked at src/main.rs:3:5:",
    ],
    others: ["thread 'main' started"],
  },
  'message of a Rust panic': {
    matches: ['assertion `left == right` failed', 'called `Option::unwrap()` on a `None` value'],
    others: ['  left: 1'],
  },
  'panic of an older Rust': {
    matches: [
      "thread 'main' panicked at 'no price', src/main.rs:3:5",
      "thread 'cart::tests::adds' panicked at 'index out of bounds: the len is 3', src/cart.rs:9:1",
    ],
    others: ["thread 'main' panicked at src/main.rs:3:5:"],
  },
  'Rust test': {
    matches: ['test cart::tests::rounds ... FAILED', 'test tests::refuses - should panic ... FAILED'],
    others: ['test cart::tests::rounds ... ok'],
  },
  'MSBuild error': {
    matches: [
      "src/App/Program.cs(56,23): error CS1503: Argument 1: cannot convert from 'string' to 'int' [***/src/App/App.csproj]",
      "         C:\\work\\src\\main.cpp(12,5): error C2065: 'x': undeclared identifier",
      'Program.cs(3,5): error CS0103: 当前上下文中不存在名称“totl”',
      'deploy.targets(8): error : no target was given',
    ],
    others: ['src/App/Program.cs(56,23): warning CS0168: The variable is declared but never used'],
  },
  'MSBuild error without a place': {
    matches: [
      'MSBUILD : error MSB1009: Project file does not exist.',
      '***/src/App/App.csproj : error NU1101: Unable to find package Acme.Core. [***/shop.sln]',
      'main.obj : error LNK2019: unresolved external symbol "int serve(int)"',
    ],
    others: ['    0 Error(s)'],
  },
  '.NET test': {
    matches: [
      '  Failed Shop.Tests.CartTest.TotalIsRounded [12 ms]',
      '  失败 Shop.Tests.CartTest.Adds(a: 1, b: 2) [1 s]',
    ],
    others: ['  Passed Shop.Tests.CartTest.TotalIsRounded [12 ms]'],
  },
  'xUnit test': {
    matches: [
      '    Shop.Tests.CartTest.TotalIsRounded [FAIL]',
      '[xUnit.net 00:00:00.52]     Shop.Tests.CartTest.Adds [FAIL]',
    ],
    others: ['[xUnit.net 00:00:00.52]     Shop.Tests.CartTest.Adds [SKIP]'],
  },
  'message of a .NET test': {
    matches: ['   Assert.Equal() Failure: Values differ', '   预期: 19.99'],
    others: ['Stack Trace:'],
  },
};
