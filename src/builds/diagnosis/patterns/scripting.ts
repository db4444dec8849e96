// Lists what errors of JavaScript, TypeScript, Python and PHP look like: of their compilers, bundlers, linters, test
// runners and packages.

import { after, before, column, error, file, line, message, type Pattern, re } from './pattern.ts';

const python = String.raw`(?<file>(?:[A-Za-z]:)?[^\s:]+\.pyi?)`;

export const scriptingPatterns: readonly Pattern[] = [
  // JavaScript and TypeScript
  error(60, 'tsc error', re`^${file}\(${line},${column}\): error (?<message>TS\d+: .+)$`),
  error(
    60,
    'pretty tsc error',
    re`^(?:Error: )?${file}:${line}:${column} - error (?<message>(?:TS|NG)-?\d+: .+)$`,
  ),
  error(60, 'type check in webpack', /^TS\d+: .+$/),
  error(60, 'esbuild error', re`^${file}:${line}:${column}: ERROR: ${message}$`),
  error(60, 'esbuild heading', /^[✘X] \[ERROR\] (?<message>.+)$/),
  error(60, 'Rollup error', re`^${file} \(${line}:${column}\): ${message}$`),
  error(50, 'ArkTS error', re`^(?:\d+ )?(?:ERROR: )?ArkTS:ERROR File: ${file}:${line}:${column}$`, {
    opens: 'arkts',
  }),
  error(60, 'ArkTS message', /^ (?<message>\S.*)$/, { needs: 'arkts', completes: true }),
  error(60, 'ESLint error', re`^\s+${line}:${column}\s+(?:error|✖|×)\s+${message}$`, { needs: 'file' }),
  error(60, 'compact ESLint error', re`^${file}: line ${line}, col ${column}, Error - ${message}$`),
  error(60, 'unix ESLint error', re`^${file}:${line}:${column}: (?<message>.+ \[Error/\S+\])$`),
  error(
    50,
    'webpack module error',
    /^(?:Error: )?(?<message>Module not found: .+|Module (?:build|parse) failed.+)$/,
  ),
  error(50, 'Vite error', /^(?:\[[\w:-]+\]:? )?(?<message>Rollup failed to resolve .+)$/),
  error(40, 'Vite plugin error', /^\[(?:vite|plugin|rollup)[\w :@/.-]*\]:? (?<message>.+)$/, {
    except: /warn/i,
  }),
  error(
    50,
    'Jest suite',
    /^\s*(?<message>Cannot find module '[^']*' from .+|Your test suite must contain .+)$/,
  ),
  error(20, 'Jest consequence', /^\s*● (?<message>Test suite failed to run)$/),
  error(50, 'Jest test', /^\s*● (?<test>\S.*)$/, { except: /● (?:Console|Validation|Deprecation)/ }),
  error(50, 'Vitest test', /^\s*FAIL +(?<test>\S+\.[cm]?[jt]sx? .*> .+|\|[\w-]+\| .*> .+)$/),
  error(50, 'TAP test', /^\s*not ok \d+ (?:- )?(?<test>.+)$/, { except: /# (?:TODO|SKIP)/i }),
  error(50, 'TAP message', /^\s+error: '(?<message>.+)'$/, { needs: 'test' }),
  error(50, 'node:test test', /^\s*✖ (?<test>.+) \([\d.]+ms\)$/),
  error(50, 'Karma test', /^(?<test>(?:Chrome|Firefox|Edge|Safari|HeadlessChrome)\S* .+) FAILED$/),
  error(20, 'mocha test', /^ {2,}\d+\) (?<test>\S.*)$/),
  error(20, 'mocha test in a suite', /^ {7,}(?<test>\S.*):$/),
  error(50, 'Node.js crash', /^FATAL ERROR: .+$/),
  error(
    50,
    'npm error',
    /^npm (?:ERR!|error) (?<message>(?:Missing script|Could not resolve|Cannot read|Invalid|404|notarget No matching|network|ERESOLVE unable|`npm ci` can only|Unsupported)\b.*)$/i,
  ),
  error(
    10,
    'npm detail',
    /^npm (?:ERR!|error)(?: A complete log| code | errno| syscall | path | command | cwd | Lifecycle| workspace| location| signal| This is probably not| node_modules| in workspace| at location)/i,
  ),
  error(20, 'npm consequence', /^npm (?:ERR!|error) (?<message>\S.*)$/i),
  error(20, 'yarn consequence', /^error (?<message>Command failed with exit code .+)$/),
  error(40, 'yarn error', /^error (?<message>[A-Z"].+)$/),
  error(40, 'yarn 2 error', /^➤ YN00(?:01|09|16|18|27|28|35|41|46|71|75|82): (?:[│└] )?(?<message>.+)$/),
  error(20, 'pnpm consequence', /^\s*(?<message>(?:ELIFECYCLE|ERR_PNPM_RECURSIVE_\w+)\b.*)$/),
  error(40, 'pnpm error', /^\s*(?<message>ERR_PNPM_\w+ .+)$/),
  error(40, 'Gulp error', /^\[\d\d:\d\d:\d\d\] (?<message>\w*Error: .+)$/),
  error(20, 'Gulp consequence', /^\[\d\d:\d\d:\d\d\] (?<message>'[^']+' errored .+)$/),
  error(20, 'lerna consequence', /^lerna ERR! (?<message>(?!lerna )\S.*)$/),
  error(40, 'Grunt error', /^Warning: (?<message>.+ Use --force to continue\.)$/),
  error(30, 'webpack error', /^ERROR in (?<message>(?!\.?\/)\S+ .+)$/),
  error(10, 'linter total', /^✖ (?<message>\d+ problems? .+)$/),
  after(
    'Node.js stack frame',
    /^\s+at (?:[^()]+ \()?(?:file:\/\/)?(?<file>(?:[A-Za-z]:)?[^\s():]+\.[cm]?[jt]sx?):(?<line>\d+):(?<column>\d+)\)?$/,
  ),
  after('Vitest place', /^\s*❯ (?<file>[^\s:]+\.[cm]?[jt]sx?):(?<line>\d+):(?<column>\d+)$/),
  after('esbuild place', re`^\s+${file}:${line}:${column}:$`),
  after('webpack import', /^ *@ (?<file>\.?\/?[^\s:]+) (?<line>\d+):(?<column>\d+)/),
  before(
    'webpack place',
    /^ERROR in (?<file>\.?\/?[^\s:]+\.\w+)(?:[ :](?<line>\d+):(?<column>\d+)[\d:-]*)?$/,
  ),
  before('node:test place', re`^test at ${file}:${line}:${column}$`),
  before(
    'file that a linter checked',
    /^ {0,2}(?<file>(?:[A-Za-z]:)?[^\s:()]+\.(?:[cm]?[jt]sx?|vue|svelte|css|scss|less))$/,
    { opens: 'file' },
  ),
  // Python
  error(60, 'flake8 error', re`^${python}:${line}:${column}: (?<message>[A-Z]{1,4}\d{3,4}:? .+)$`),
  error(55, 'pytest summary', /^FAILED (?<message>[^\s:]+::\S.* - .+)$/),
  error(55, 'pytest collection summary', /^ERROR (?<message>[^\s:]+\.py\S* - .+)$/),
  error(40, 'pytest failure without a message', /^FAILED (?<message>[^\s:]+::\S+)$/),
  error(30, 'pytest collection error', /^ERROR (?<message>[^\s:]+\.py\S*)$/),
  error(
    50,
    'pytest message',
    /^E {3,}(?<message>(?:assert |fixture |[\w.]*(?:Error|Exception|Exit|Failed)\b).*)$/,
  ),
  error(40, 'unittest test', /^(?:FAIL|ERROR): (?<test>\w+) \((?:\w+\.)*(?<suite>[A-Z]\w*)(?:\.\w+)?\)/),
  error(40, 'Python exception', /^(?:[\w]+\.)*[A-Z]\w*(?:: .+)?$/, {
    needs: 'traceback',
    supersedes: true,
  }),
  error(
    50,
    'pip error',
    /^ERROR: (?<message>(?:Could not|No matching distribution|Cannot install|Invalid requirement|Failed building) .+)$/,
  ),
  error(50, 'black', /^would reformat \S+$/),
  before('Python traceback', /^\s+File "(?<file>[^"]+)", line (?<line>\d+)/, { opens: 'traceback' }),
  after('pytest place', re`^${python}:${line}: (?:in \S+|[\w.]*)$`),
  // PHP, PHPUnit and Composer
  error(
    60,
    'PHP error',
    /^(?:PHP )?(?:Fatal|Parse|Recoverable fatal) error: +(?<message>\S.*) in (?<file>[^\s:]+\.\w+)(?: on line |:)(?<line>\d+)$/,
  ),
  error(50, 'PHPUnit test', /^\d+\) (?<test>[\w\\]+::\w+.*)$/),
  error(50, 'PHPUnit message', /^Failed asserting .+$/, { needs: 'test' }),
  error(60, 'PHP_CodeSniffer error', /^ +(?<line>\d+) \| ERROR +\| (?:\[[ x]\] )?(?<message>\S.*)$/, {
    needs: 'file',
  }),
  error(
    50,
    'Composer requirement',
    /^ {4}- (?<message>(?:Root composer\.json requires|[^\s/]+\/[^\s/]+ .*requires) .+)$/,
  ),
  error(40, 'Composer failure', /^Your requirements could not be resolved.*$/),
  error(40, 'message of a PHP console', /^ {2}(?<message>\S.*)$/, { needs: 'symfony' }),
  after('PHP place', /^(?<file>(?:[A-Za-z]:)?[^\s:]+\.php):(?<line>\d+)$/),
  before('file that PHP_CodeSniffer checked', /^FILE: (?<file>\S+\.\w+)$/, { opens: 'file' }),
  before('place that a PHP console names', /^\s*In (?<file>\w+\.php) line (?<line>\d+):$/, {
    opens: 'symfony',
  }),
];
