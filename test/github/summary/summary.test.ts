// The job summary is what GitHub's Markdown makes of it: read here as the page that it becomes.

import { marked } from 'marked';
import { expect, it } from 'vitest';
import { nothingFound } from '../../../src/builds/diagnosis/diagnosis.ts';
import { type ChildOutcome, emptyOutcome, type Outcome } from '../../../src/builds/outcome.ts';
import type { BuildRecord } from '../../../src/codearts/build-schemas.ts';
import type { BuildStep } from '../../../src/codearts/step-schemas.ts';
import type { BuildReport } from '../../../src/github/report/build-report.ts';
import { type SummaryOptions, summaryMarkdown } from '../../../src/github/summary/summary.ts';
import { hostileLines } from '../../simulator/scenarios/hostile.ts';
import { report } from '../report/sample-report.ts';

const outcome: Outcome = {
  ...emptyOutcome,
  jobName: 'shop-backend',
  steps: [
    { name: '代码检出', status: 'success', durationMs: 2_000 },
    { name: 'Maven构建', status: 'error', durationMs: 60_000 },
    { name: 'Upload', status: 'not-run', durationMs: 0 },
  ],
  artifacts: [
    { kind: 'image', name: 'server', version: '1.0.1', type: 'docker', uri: 'swr.example.com/a/server:1' },
  ],
  parameters: new Map([
    ['releaseVersion', '1.4.2'],
    ['password', '*****'],
  ]),
  seconds: 63,
  ratio: { succeeded: 9, total: 10 },
};

const failure: BuildReport = {
  ...report,
  record: undefined,
  outcome,
  finding: {
    ...nothingFound,
    step: 'Maven构建',
    excerpt: [
      { text: 'Compiling', picked: false },
      { text: 'App.java:[12,5] cannot find symbol', picked: true },
    ],
  },
};

const defaults: SummaryOptions = {
  redact: (text) => text,
  includeBuildData: true,
  docsUrl: '',
  givenParameters: new Set(),
};

const page = (changed: Partial<BuildReport> = {}, options: Partial<SummaryOptions> = {}) => {
  const markdown = summaryMarkdown({ ...failure, ...changed }, { ...defaults, ...options });
  const html = marked.parse(markdown, { async: false, gfm: true });
  return html.replaceAll('\u2060', '');
};
const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };
const text = (html: string) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:#(\d+)|(\w+));/g, (whole, code: string, name: string) =>
      code ? String.fromCodePoint(Number(code)) : (named[name] ?? whole),
    )
    .replace(/\s+/g, ' ');

it('begins with the build, its result and its link', () => {
  expect(page()).toMatch(
    /^<h3>❌ <a href="https:\/\/devcloud\.example\.com\/detail\/history\/f9d6">shop-backend #7<\/a> failed<\/h3>/,
  );
});

it("lists each step's state, time and share of the time", () => {
  const rows =
    page()
      .match(/<tr>.*?<\/tr>/gs)
      ?.map(text) ?? [];
  expect(rows).toContainEqual(expect.stringMatching(/代码检出 ✅ succeeded 2 s ░ 3 %/));
  expect(rows).toContainEqual(expect.stringMatching(/Maven构建 ❌ failed 1 min ░{10} 97 %/));
  expect(rows).toContainEqual(expect.stringMatching(/Upload ⚪ not run/));
});

it('shows run time, commit and how many builds of 30 days succeeded', () => {
  expect(text(page())).toContain('Succeeded in 30 days 1 min 3 s a3dacedeadbe 90 % (9 of 10)');
});

it('leaves out what is not known', () => {
  expect(text(page({ outcome: { ...outcome, ratio: undefined }, commitId: '' }))).not.toMatch(
    /Succeeded|Commit/,
  );
});

it('names artifacts with type, version and address', () => {
  expect(text(page())).toContain('server docker 1.0.1 swr.example.com/a/server:1');
});

it('redacts sensitive parameters', () => {
  expect(text(page())).toMatch(/releaseVersion 1\.4\.2 password \*\*\*/);
});

it("shows the failed step's lines, unfolded", () => {
  expect(page()).toMatch(
    /<details open>\s*<summary>The last lines of step Maven构建<\/summary>\s*<pre><code class="language-text">Compiling\nApp\.java:\[12,5\] cannot find symbol\n<\/code><\/pre>\s*<\/details>/,
  );
});

it('shows nothing that the build printed, produced or received with log: off', () => {
  expect(text(page({}, { includeBuildData: false }))).not.toMatch(/Compiling|server|releaseVersion/);
});

const evil = [
  ...hostileLines,
  '![x](https://evil.example/x.png)',
  'https://evil.example www.evil.example mailto:a@evil.example',
  '@octocat #123 octo/repo#5',
  '</details></table><h1>big</h1>',
  '```\n# heading\n```',
  '`` ` ``',
  'a | b \\| c \\\\| d',
  '\n\n# heading\n\n- list\n\n> quote',
  '$\\color{red}{x}$ :tada: ~~gone~~ **bold** _it_ &lt;b&gt; &#60;i&#62;',
  '---\n| x | y |\n| - | - |',
];

it.each(evil)('shows %j as text wherever it stands', (line) => {
  const artifact = { kind: 'package', name: line, version: line, type: line, uri: line } as const;
  const html = page({
    job: line,
    buildUrl: line,
    exitMessage: `Build: ${line}`,
    finding: { ...failure.finding, step: line, excerpt: [{ text: line, picked: true }] },
    outcome: {
      ...outcome,
      steps: [{ name: line, status: 'error', durationMs: 1 }],
      artifacts: [artifact],
      parameters: new Map([[line, line]]),
    },
  });
  const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag));
  const ours = [
    'h3',
    'p',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
    'code',
    'pre',
    'details',
    'summary',
    'sub',
  ];
  expect([...tags].filter((tag) => !ours.includes(tag ?? ''))).toEqual([]);
  expect(html.match(/<h3>/g)).toHaveLength(1);
  expect(html.match(/<table>/g)).toHaveLength(4);
  expect(html.match(/<details(?: open)?>/g)).toHaveLength(2);
  const rows = html.match(/<tr>.*?<\/tr>/gs) ?? [];
  const cells = rows.map((row) =>
    [...row.matchAll(/<td>(.*?)<\/td>/gs)].map(([, cell]) => text(cell ?? '').trim()),
  );
  const [name, ...others] =
    cells.find((row) => row.length === 4 && row.at(-1) !== '████████████████████') ?? [];
  expect(name).not.toBe(undefined);
  expect(others.map((other) => other.slice(0, 40))).toEqual(others.map(() => name?.slice(0, 40)));
});

it("links no address but a web page's", () => {
  expect(page({ buildUrl: 'javascript:alert(1)' })).not.toContain('<a');
});

it('shows a step as it is named above its lines', () => {
  const finding = { ...failure.finding, step: 'a|b #1 @octocat' };
  expect(text(page({ finding }))).toContain('The last lines of step a|b #1 @octocat');
});

it('redacts every text before it is escaped or cut', () => {
  const secret = 'p_a|ss*wo`rd$1!';
  const record: BuildRecord = {
    ...{
      recordId: '',
      parentRecordId: '',
      configType: '',
      projectId: '',
      buildNumber: 7,
      dailyBuildNumber: '',
    },
    ...{ status: 'FAILURE', commitId: '', branch: secret, tag: secret, message: '' },
    ...{ createdAt: undefined, startedAt: undefined, finishedAt: undefined, durationMs: undefined },
  };
  const child: ChildOutcome = {
    failedStep: '',
    ...{ recordId: 'c', buildNumber: 2, name: secret, status: 'FAILURE', state: 'failure', needs: [] },
    ...{ startedAt: 1, finishedAt: 2, durationMs: 1 },
  };
  const hostile: Partial<BuildReport> = {
    job: secret,
    exitMessage: secret,
    record,
    finding: { ...nothingFound, step: secret, excerpt: [{ text: secret, picked: true }] },
    outcome: {
      ...outcome,
      children: [child],
      steps: [{ name: secret, status: 'error', durationMs: 1 }],
      artifacts: [
        { kind: 'package', name: secret, version: secret, type: secret, uri: secret, child: secret },
      ],
      parameters: new Map([['token', secret]]),
    },
  };
  const shown = text(page(hostile, { redact: (given) => given.replaceAll(secret, '***') }));
  expect(shown).not.toMatch(/ss.{0,4}wo/);
  expect(shown.match(/\*\*\*/g)?.length).toBeGreaterThan(10);
});

it('shows no value that the workflow gave', () => {
  const shown = text(page({}, { givenParameters: new Set(['releaseVersion']) }));
  expect(shown).toMatch(/releaseVersion\s+from the workflow/);
  expect(shown).not.toContain('1.4.2');
});

it("stays far below the runner's limit, and says what it leaves out, however large the build was", () => {
  const long = '字'.repeat(3_000);
  const steps = Array.from({ length: 900 }, (_, index): BuildStep => {
    return { name: `${index} ${long}`, status: index === 880 ? 'error' : 'success', durationMs: index };
  });
  const artifacts = Array.from({ length: 5_000 }, (_, index) => {
    return { kind: 'package', name: `${index}${long}`, version: long, type: long, uri: long } as const;
  });
  const parameters = new Map(Array.from({ length: 500 }, (_, index) => [`p${index}`, long]));
  const excerpt = Array.from({ length: 30 }, () => ({ text: long.slice(0, 1_000), picked: false }));
  const many: BuildReport = {
    ...failure,
    exitMessage: long,
    outcome: { ...outcome, steps, artifacts, parameters },
    finding: { ...failure.finding, excerpt },
  };
  const markdown = summaryMarkdown(many, defaults);
  expect(Buffer.byteLength(markdown)).toBeLessThan(450_000);
  expect(markdown).toContain('880 字');
  expect(markdown).toMatch(/and \d+ more steps/);
  expect(markdown).toMatch(/and 4950 more artifacts/);
});
