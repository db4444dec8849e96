// Lists what errors of JavaScript and TypeScript compilers, bundlers, linters and test runners look like.

import { column, file, line, message, type PatternTable, re } from './pattern.ts';

export const javascriptPatterns: PatternTable = {
  errors: [
    {
      name: 'tsc error',
      expression: re`^${file}\(${line},${column}\): error (?<message>TS\d+: .+)$`,
      weight: 60,
    },
    {
      name: 'pretty tsc error',
      expression: re`^(?:Error: )?${file}:${line}:${column} - error (?<message>(?:TS|NG)-?\d+: .+)$`,
      weight: 60,
    },
    { name: 'type check in webpack', expression: /^(?<message>TS\d+: .+)$/, weight: 60 },
    { name: 'esbuild error', expression: re`^${file}:${line}:${column}: ERROR: ${message}$`, weight: 60 },
    { name: 'esbuild heading', expression: /^[✘X] \[ERROR\] (?<message>.+)$/, weight: 60 },
    { name: 'Rollup error', expression: re`^${file} \(${line}:${column}\): ${message}$`, weight: 60 },
    {
      name: 'ArkTS error',
      expression: re`^(?:\d+ )?(?:ERROR: )?ArkTS:ERROR File: ${file}:${line}:${column}$`,
      weight: 50,
      opens: 'arkts',
    },
    { name: 'ArkTS message', expression: /^ (?<message>\S.*)$/, weight: 60, needs: 'arkts' },
    {
      name: 'ESLint error',
      expression: re`^\s+${line}:${column}\s+(?:error|✖|×)\s+${message}$`,
      weight: 60,
      needs: 'file',
    },
    {
      name: 'compact ESLint error',
      expression: re`^${file}: line ${line}, col ${column}, Error - ${message}$`,
      weight: 60,
    },
    {
      name: 'unix ESLint error',
      expression: re`^${file}:${line}:${column}: (?<message>.+ \[Error/\S+\])$`,
      weight: 60,
    },
    {
      name: 'webpack module error',
      expression: /^(?:Error: )?(?<message>Module not found: .+|Module (?:build|parse) failed.+)$/,
      weight: 50,
    },
    {
      name: 'Vite error',
      expression: /^(?:\[[\w:-]+\]:? )?(?<message>Rollup failed to resolve .+)$/,
      weight: 50,
    },
    {
      name: 'Vite plugin error',
      expression: /^\[(?:vite|plugin|rollup)[\w :@/.-]*\]:? (?<message>.+)$/,
      weight: 40,
      except: /warn/i,
    },
    {
      name: 'Jest suite',
      expression: /^\s*(?<message>Cannot find module '[^']*' from .+|Your test suite must contain .+)$/,
      weight: 50,
    },
    { name: 'Jest consequence', expression: /^\s*● (?<message>Test suite failed to run)$/, weight: 20 },
    {
      name: 'Jest test',
      expression: /^\s*● (?<test>\S.*)$/,
      weight: 50,
      except: /● (?:Console|Validation|Deprecation)/,
    },
    {
      name: 'Vitest test',
      expression: /^\s*FAIL +(?<test>\S+\.[cm]?[jt]sx? .*> .+|\|[\w-]+\| .*> .+)$/,
      weight: 50,
    },
    {
      name: 'TAP test',
      expression: /^\s*not ok \d+ (?:- )?(?<test>.+)$/,
      weight: 50,
      except: /# (?:TODO|SKIP)/i,
    },
    { name: 'TAP message', expression: /^\s+error: '(?<message>.+)'$/, weight: 50, needs: 'test' },
    { name: 'node:test test', expression: /^\s*✖ (?<test>.+) \([\d.]+ms\)$/, weight: 50 },
    {
      name: 'Karma test',
      expression: /^(?<test>(?:Chrome|Firefox|Edge|Safari|HeadlessChrome)\S* .+) FAILED$/,
      weight: 50,
    },
    { name: 'mocha test', expression: /^ {2,}\d+\) (?<test>\S.*)$/, weight: 20 },
    { name: 'mocha test in a suite', expression: /^ {7,}(?<test>\S.*):$/, weight: 20 },
    { name: 'Node.js crash', expression: /^(?<message>FATAL ERROR: .+)$/, weight: 50 },
    {
      name: 'npm error',
      expression:
        /^npm (?:ERR!|error) (?<message>(?:Missing script|Could not resolve|Cannot read|Invalid|404|notarget No matching|network|ERESOLVE unable|`npm ci` can only|Unsupported)\b.*)$/i,
      weight: 50,
    },
    {
      name: 'npm detail',
      expression:
        /^npm (?:ERR!|error)(?: A complete log| code | errno| syscall | path | command | cwd | Lifecycle| workspace| location| signal| This is probably not| node_modules| in workspace| at location)/i,
      weight: 10,
    },
    { name: 'npm consequence', expression: /^npm (?:ERR!|error) (?<message>\S.*)$/i, weight: 20 },
    {
      name: 'yarn consequence',
      expression: /^error (?<message>Command failed with exit code .+)$/,
      weight: 20,
    },
    { name: 'yarn error', expression: /^error (?<message>[A-Z"].+)$/, weight: 40 },
    {
      name: 'yarn 2 error',
      expression: /^➤ YN00(?:01|09|16|18|27|28|35|41|46|71|75|82): (?:[│└] )?(?<message>.+)$/,
      weight: 40,
    },
    {
      name: 'pnpm consequence',
      expression: /^\s*(?<message>(?:ELIFECYCLE|ERR_PNPM_RECURSIVE_\w+)\b.*)$/,
      weight: 20,
    },
    { name: 'pnpm error', expression: /^\s*(?<message>ERR_PNPM_\w+ .+)$/, weight: 40 },
    { name: 'Gulp error', expression: /^\[\d\d:\d\d:\d\d\] (?<message>\w*Error: .+)$/, weight: 40 },
    {
      name: 'Gulp consequence',
      expression: /^\[\d\d:\d\d:\d\d\] (?<message>'[^']+' errored .+)$/,
      weight: 20,
    },
    { name: 'lerna consequence', expression: /^lerna ERR! (?<message>(?!lerna )\S.*)$/, weight: 20 },
    { name: 'Grunt error', expression: /^Warning: (?<message>.+ Use --force to continue\.)$/, weight: 40 },
    { name: 'webpack error', expression: /^ERROR in (?<message>(?!\.?\/)\S+ .+)$/, weight: 30 },
    { name: 'linter total', expression: /^✖ (?<message>\d+ problems? .+)$/, weight: 10 },
  ],
  contexts: [
    {
      name: 'Node.js stack frame',
      expression:
        /^\s+at (?:[^()]+ \()?(?:file:\/\/)?(?<file>(?:[A-Za-z]:)?[^\s():]+\.[cm]?[jt]sx?):(?<line>\d+):(?<column>\d+)\)?$/,
      position: 'after',
    },
    {
      name: 'Vitest place',
      expression: /^\s*❯ (?<file>[^\s:]+\.[cm]?[jt]sx?):(?<line>\d+):(?<column>\d+)$/,
      position: 'after',
    },
    { name: 'esbuild place', expression: re`^\s+${file}:${line}:${column}:$`, position: 'after' },
    {
      name: 'webpack import',
      expression: /^ *@ (?<file>\.?\/?[^\s:]+) (?<line>\d+):(?<column>\d+)/,
      position: 'after',
    },
    {
      name: 'webpack place',
      expression: /^ERROR in (?<file>\.?\/?[^\s:]+\.\w+)(?:[ :](?<line>\d+):(?<column>\d+)[\d:-]*)?$/,
      position: 'before',
    },
    { name: 'node:test place', expression: re`^test at ${file}:${line}:${column}$`, position: 'before' },
    {
      name: 'file that a linter checked',
      expression: /^ {0,2}(?<file>(?:[A-Za-z]:)?[^\s:()]+\.(?:[cm]?[jt]sx?|vue|svelte|css|scss|less))$/,
      position: 'before',
      opens: 'file',
    },
  ],
};
