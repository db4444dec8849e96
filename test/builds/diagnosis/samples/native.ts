// Sample lines of C and C++ compilers, linkers, make, CMake and their tests.

import type { SampleTable } from './samples.ts';

export const nativeSamples: SampleTable = {
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
};
