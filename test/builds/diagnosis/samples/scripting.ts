// Samples for the patterns of Python and PHP.

import type { SampleTable } from './samples.ts';

export const scriptingSamples: SampleTable = {
  'flake8 error': {
    matches: [
      "shop/cart.py:3:1: F401 'os' imported but unused",
      "***//shop/cart.py:30:0: E0602: Undefined variable 'totl' (undefined-variable)",
    ],
    others: ['shop/cart.py:3:1: 12 lines'],
  },
  'pytest summary': {
    matches: [
      'FAILED tests/test_cart.py::test_total - assert 19.98 == 19.99',
      "FAILED tests/test_cart.py::TestCart::test_add[1-2] - TypeError: unsupported operand type(s) for +: 'int' and 'str'",
    ],
    others: ['FAILED (failures=1, errors=2)'],
  },
  'pytest collection summary': {
    matches: [
      "ERROR tests/test_a.py - ModuleNotFoundError: No module named 'foo'",
      'ERROR tests/test_a.py::test_total - fixture missing',
    ],
    others: ['ERROR tests/test_a.py'],
  },
  'pytest failure without a message': {
    matches: ['FAILED tests/test_cart.py::test_total', 'FAILED tests/test_cart.py::test_add[a]'],
    others: ['FAILED (errors=2)'],
  },
  'pytest collection error': {
    matches: ['ERROR tests/test_a.py', 'ERROR tests/test_a.py::test_total'],
    others: ['ERROR: file or directory not found: tests/test_b.py'],
  },
  'pytest message': {
    matches: ["E   ModuleNotFoundError: No module named 'foo'", 'E       assert 19.98 == 19.99'],
    others: ['E        +  where 19.98 = total([6.66, 6.66])'],
  },
  'unittest test': {
    matches: [
      'FAIL: test_total (tests.test_cart.CartTest.test_total)',
      'ERROR: test_add (test_cart.CartTest)',
    ],
    others: ['test_total (tests.test_cart.CartTest.test_total) ... ok'],
  },
  'Python exception': {
    matches: [
      "KeyError: 'version'",
      'subprocess.TimeoutExpired: Command timed out after 30 seconds',
      'AssertionError',
    ],
    others: ['    raise RuntimeError(', 'released version 3'],
  },
  'pip error': {
    matches: [
      'ERROR: Could not find a version that satisfies the requirement flsak==3.0 (from versions: none)',
      'ERROR: No matching distribution found for flsak==3.0',
    ],
    others: ['ERROR: pip is not the newest version'],
  },
  black: {
    matches: ['would reformat ***/shop/cart.py', 'would reformat shop/cart.py'],
    others: ['reformatted shop/cart.py'],
  },
  'PHP error': {
    matches: [
      "PHP Parse error:  syntax error, unexpected '}' in /opt/agent_7/workspace/j_Ab3/src/Cart.php on line 12",
      'PHP Fatal error:  Uncaught Error: Call to undefined function totl() in ***//src/Cart.php:12',
    ],
    others: ['PHP Warning:  Undefined variable $total in src/Cart.php on line 12'],
  },
  'PHPUnit test': {
    matches: [
      '1) Tests\\CartTest::testTotal',
      '2) App\\Tests\\PriceTest::testRounds with data set #0 (1, 2)',
    ],
    others: ['1) Install the package'],
  },
  'PHPUnit message': {
    matches: ['Failed asserting that 19.98 matches expected 19.99.', 'Failed asserting that false is true.'],
    others: ['Asserting that false is true.'],
  },
  'PHP_CodeSniffer error': {
    matches: [
      ' 12 | ERROR | [x] Expected 1 space after IF keyword; 0 found',
      '   7 | ERROR   | Missing doc comment for class Cart',
    ],
    others: [' 30 | WARNING | [ ] Line exceeds 120 characters; contains 148 characters', ' 12 | 14 | 3'],
  },
  'Composer requirement': {
    matches: [
      '    - Root composer.json requires php ^8.4 but your php version (8.1.2) does not satisfy that requirement.',
      '    - acme/core 1.4.0 requires ext-gd * -> it is missing from your system.',
    ],
    others: ['  - Installing acme/core (1.4.0): Extracting archive'],
  },
  'Composer failure': {
    matches: [
      'Your requirements could not be resolved to an installable set of packages.',
      'Your requirements could not be resolved.',
    ],
    others: ['Loading composer repositories with package information'],
  },
  'message of a PHP console': {
    matches: [
      '  The "https://repo.example.com/p.json" file could not be downloaded',
      '  No such option: --prefer-lowst',
    ],
    others: ['install [--prefer-source]'],
  },
};
