// Sample lines of JavaScript and TypeScript tools.

import type { SampleTable } from './samples.ts';

export const javascriptSamples: SampleTable = {
  'tsc error': {
    matches: [
      "src/cart/total.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.",
      "C:\\work\\shop\\src\\App.tsx(12,1): error TS1005: ';' expected.",
    ],
    others: ["src/cart/total.ts(3,7): warning TS6133: 'x' is declared but its value is never read."],
  },
  'pretty tsc error': {
    matches: [
      "src/cart/total.ts:3:7 - error TS2322: Type 'string' is not assignable to type 'number'.",
      "Error: src/app/app.component.html:12:5 - error NG8001: 'app-cart' is not a known element:",
    ],
    others: ['src/cart/total.ts:3:7 - 2 references'],
  },
  'type check in webpack': {
    matches: ["TS2304: Cannot find name 'totl'.", "TS7006: Parameter 'price' implicitly has an 'any' type."],
    others: ['TS declarations were written in 120 ms'],
  },
  'esbuild error': {
    matches: [
      'src/main.ts:3:9: ERROR: No matching export in "src/cart.ts" for import "total"',
      '***//src/App.tsx:14:2: ERROR: Unexpected end of file',
    ],
    others: ['src/main.ts:3:9: WARNING: Duplicate key "a" in object literal'],
  },
  'esbuild heading': {
    matches: [
      "✘ [ERROR] TS2551: Property 'totl' does not exist on type 'Cart'. [plugin angular-compiler]",
      'X [ERROR] Could not resolve "./cart"',
    ],
    others: ['▲ [WARNING] Import "x" will always be undefined [import-is-undefined]'],
  },
  'Rollup error': {
    matches: [
      'src/App.vue (12:8): "total" is not exported by "src/cart.ts", imported by "src/App.vue".',
      'src/main.js (1:0): Unexpected token (Note that you need plugins to import files that are not JavaScript)',
    ],
    others: ['src/App.vue (12 modules)'],
  },
  'ArkTS error': {
    matches: [
      'ERROR: ArkTS:ERROR File: ***/entry/src/main/ets/pages/Index.ets:12:5',
      '1 ERROR: ArkTS:ERROR File: C:/work/entry/src/main/ets/Cart.ets:3:10',
    ],
    others: ['WARN: ArkTS:WARN File: ***/entry/src/main/ets/pages/Index.ets:12:5'],
  },
  'ArkTS message': {
    matches: [
      " Property 'totl' does not exist on type 'Cart'.",
      " Module './cart' has no exported member 'total'.",
    ],
    others: ['COMPILE RESULT:FAIL {ERROR:1 WARN:0}'],
  },
  'ESLint error': {
    matches: [
      "  14:1  error  'lodash' should be listed in the project's dependencies  import/no-extraneous-dependencies",
      '    3:10  ✖  Unexpected unknown property "colr"  property-no-unknown',
    ],
    others: ['  14:1  warning  Unexpected console statement  no-console'],
  },
  'compact ESLint error': {
    matches: [
      "src/cart.js: line 14, col 1, Error - 'total' is not defined. (no-undef)",
      '/opt/agent_7/workspace/j_Ab3/src/a.jsx: line 2, col 9, Error - Missing semicolon. (semi)',
    ],
    others: ['src/cart.js: line 14, col 1, Warning - Unexpected console statement. (no-console)'],
  },
  'unix ESLint error': {
    matches: [
      "src/cart.js:14:1: 'total' is not defined. [Error/no-undef]",
      '***/src/a.ts:2:9: Missing semicolon. [Error/semi]',
    ],
    others: ['src/cart.js:14:1: Unexpected console statement. [Warning/no-console]'],
  },
  'webpack module error': {
    matches: [
      "Module not found: Error: Can't resolve './lib/a' in '***/src'",
      'Module build failed (from ./node_modules/sass-loader/dist/cjs.js):',
    ],
    others: ['modules by path ./src/ 12 KiB'],
  },
  'Vite error': {
    matches: [
      '[vite]: Rollup failed to resolve import "axois" from "/app/src/main.ts".',
      'Rollup failed to resolve import "./cart" from "src/App.vue".',
    ],
    others: ['[vite] built in 1.2s'],
  },
  'Vite plugin error': {
    matches: [
      '[vite:vue] Element is missing end tag.',
      '[plugin:vite:css] [postcss] Unexpected token at src/a.css',
    ],
    others: ['[plugin vite:reporter] warning: chunk is larger than 500 kB'],
  },
  'Jest suite': {
    matches: [
      "    Cannot find module './cart' from 'src/cart.test.js'",
      '    Your test suite must contain at least one test.',
    ],
    others: ["Error: Cannot find module 'express'"],
  },
  'Jest consequence': {
    matches: ['  ● Test suite failed to run', '● Test suite failed to run'],
    others: ['  ● cart › rounds the total'],
  },
  'Jest test': {
    matches: ['  ● cart › rounds the total', '  ● rounds'],
    others: ['  ● Console', '  ● Validation Warning:'],
  },
  'Vitest test': {
    matches: [
      ' FAIL  src/cart/total.test.ts > cart > rounds the total',
      ' FAIL  |unit| src/a.test.ts > adds',
    ],
    others: ['FAIL src/cart/total.test.ts'],
  },
  'TAP test': {
    matches: ['not ok 3 - rounds the total', '    not ok 1 - adds'],
    others: ['ok 3 - rounds the total', 'not ok 4 - speaks Chinese # TODO'],
  },
  'TAP message': {
    matches: ["  error: 'Expected values to be strictly equal:'", "    error: 'no price'"],
    others: ["  code: 'ERR_ASSERTION'"],
  },
  'node:test test': {
    matches: ['✖ rounds the total (1.2054ms)', '  ✖ adds (0.4ms)'],
    others: ['✔ rounds the total (1.2054ms)', '✖ failing tests:'],
  },
  'Karma test': {
    matches: [
      'Chrome Headless 126.0.0.0 (Linux 0.0.0) CartComponent rounds the total FAILED',
      'HeadlessChrome 120.0.0 (Linux) AppComponent is created FAILED',
    ],
    others: ['Chrome Headless 126.0.0.0 (Linux 0.0.0): Executed 3 of 3 SUCCESS'],
  },
  'mocha test': {
    matches: ['  1) cart', '    12) rounds the total'],
    others: ['1) Tests\\CartTest::testTotal'],
  },
  'mocha test in a suite': {
    matches: ['       rounds the total:', '         when the cart is empty:'],
    others: ['  Results:'],
  },
  'Node.js crash': {
    matches: [
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      'FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory',
    ],
    others: ['<--- Last few GCs --->'],
  },
  'npm error': {
    matches: ['npm ERR! Missing script: "biuld"', 'npm error ERESOLVE unable to resolve dependency tree'],
    others: ['npm ERR! code ERESOLVE', 'npm ERR! Test failed.  See above for more details.'],
  },
  'npm detail': {
    matches: [
      'npm ERR! errno 1',
      'npm error A complete log of this run can be found in: /root/.npm/_logs/a.log',
    ],
    others: ['npm ERR! Invalid version: "1.x"'],
  },
  'npm consequence': {
    matches: ['npm ERR! Failed at the shop@1.0.0 build script.', 'npm error Exit status 1'],
    others: ['npm warn deprecated glob@7.2.3: no longer supported'],
  },
  'yarn consequence': {
    matches: ['error Command failed with exit code 1.', 'error Command failed with exit code 137.'],
    others: ['info Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.'],
  },
  'yarn error': {
    matches: [
      'error An unexpected error occurred: "https://repo.example.com/npm/left-pad: Not found".',
      'error Couldn\'t find package "axois" on the "npm" registry.',
    ],
    others: ['error Command failed with exit code 1.', 'warning "vite > rollup" has unmet peer dependency'],
  },
  'yarn 2 error': {
    matches: [
      '➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.',
      '➤ YN0001: Error: axois@npm:^1.0.0: No candidates found',
    ],
    others: ['➤ YN0000: └ Completed in 0s 300ms'],
  },
  'pnpm consequence': {
    matches: [
      ' ELIFECYCLE  Command failed with exit code 1.',
      ' ERR_PNPM_RECURSIVE_RUN_FIRST_FAIL  @acme/web@1.0.0 build: `vite build`',
    ],
    others: [' WARN  deprecated glob@7.2.3'],
  },
  'pnpm error': {
    matches: [
      ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date',
      ' ERR_PNPM_FETCH_404  GET https://repo.example.com/npm/axois: Not Found - 404',
    ],
    others: [' ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL  Command failed with exit code 2'],
  },
  'Gulp error': {
    matches: ['[12:01:33] TypeError: gulp.tsk is not a function', '[12:01:33] Error: no such file'],
    others: ["[12:01:33] Finished 'build' after 12 ms"],
  },
  'Gulp consequence': {
    matches: ["[12:01:33] 'build' errored after 12 ms", "[12:01:33] 'default' errored after 1.2 s"],
    others: ["[12:01:33] Finished 'build' after 12 ms"],
  },
  'lerna consequence': {
    matches: ["lerna ERR! npm run build exited 2 in '@acme/web'", 'lerna ERR! npm run build stderr:'],
    others: ['lerna ERR! lerna Errored while executing script', 'lerna info run Ran npm script'],
  },
  'Grunt error': {
    matches: [
      'Warning: Task "biuld" not found. Use --force to continue.',
      'Warning: Unable to read "src/a.js" file (Error code: ENOENT). Use --force to continue.',
    ],
    others: ['Warning: 3 files are larger than 1 MB.'],
  },
  'webpack error': {
    matches: [
      'ERROR in main Module not found',
      "ERROR in Entry module not found: Error: Can't resolve './src'",
    ],
    others: ['ERROR in ./src/lib/a.js 3:0-20'],
  },
  'linter total': {
    matches: ['✖ 3 problems (2 errors, 1 warning)', '✖ 1 problem (1 error, 0 warnings)'],
    others: ['✖ rounds the total (1.2ms)'],
  },
};
