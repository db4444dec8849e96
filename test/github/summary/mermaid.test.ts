// The drawings of a multi-task build hold to a narrow form of Mermaid's language whatever its children are called. The
// form is held against Mermaid's own words here: its parser needs a browser's document and 150 MB.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Child, ChildState } from '../../../src/builds/children/child.ts';
import { flowchart, gantt } from '../../../src/github/summary/mermaid.ts';

const begun = Date.UTC(2026, 0, 12, 1, 30);

function child(name: string, place: number, state: ChildState = 'success', needs: number[] = []): Child {
  const ran = state !== 'skipped' && state !== 'waiting';
  return {
    recordId: `record-${place}`,
    name,
    buildNumber: place + 2,
    status: '',
    state,
    startedAt: ran ? begun + place * 1_000 : undefined,
    finishedAt: ran && state !== 'running' ? begun + place * 1_000 + 4_000 : undefined,
    durationMs: ran ? 4_000 : undefined,
    needs: needs.map((need) => `record-${need}`),
  };
}

const diamond = [
  child('core', 0),
  child('client', 1, 'failure', [0]),
  child('server', 2, 'aborted', [0]),
  child('bundle', 3, 'skipped', [1, 2]),
];

describe('the graph', () => {
  it('shows each child with its state and time, and an arrow to whoever waits for it', () => {
    expect(flowchart(diamond)).toBe(`flowchart LR
  c0["\u2060core<br/>succeeded, 4 s"]:::success
  c1["\u2060client<br/>failed, 4 s"]:::failure
  c2["\u2060server<br/>stopped, 4 s"]:::stopped
  c3["\u2060bundle<br/>skipped"]:::inactive
  c0 --> c1
  c0 --> c2
  c1 --> c3
  c2 --> c3
  classDef success fill:#1a7f37,stroke:#116329,color:#ffffff
  classDef failure fill:#cf222e,stroke:#a40e26,color:#ffffff
  classDef stopped fill:#9a6700,stroke:#7d4e00,color:#ffffff
  classDef inactive fill:#6e7781,stroke:#57606a,color:#ffffff`);
  });

  it('runs downwards when a chain is long', () => {
    const chain = Array.from({ length: 7 }, (_, place) =>
      child('x', place, 'success', place ? [place - 1] : []),
    );
    expect(flowchart(chain)).toMatch(/^flowchart TD\n/);
  });

  it('is drawn although the service reports a circle', () => {
    const circle = [child('a', 0, 'success', [1]), child('b', 1, 'success', [0])];
    expect(flowchart(circle)).toContain('c1 --> c0');
  });

  it('is left out where it would be too large to read', () => {
    expect(flowchart(Array.from({ length: 101 }, (_, place) => child('x', place)))).toBe('');
    expect(flowchart([])).toBe('');
  });
});

describe('the timeline', () => {
  it('shows when each child ran, first begun first', () => {
    const [theme, ...lines] = gantt([...diamond].reverse()).split('\n');
    expect(theme).toMatch(/^%%\{init: \{"theme":"base","themeVariables":\{[\w":#,]+\}\}\}%%$/);
    expect(lines.join('\n')).toBe(`gantt
  title When each child ran (your local time)
  dateFormat x
  axisFormat %H:%M:%S
  tickInterval 1second
  \u2060core :c3, ${begun}, ${begun + 4_000}
  \u2060client :crit, c2, ${begun + 1_000}, ${begun + 5_000}
  \u2060server :done, c1, ${begun + 2_000}, ${begun + 6_000}`);
  });

  it.each([
    [6, '1second'],
    [60, '10second'],
    [600, '2minute'],
    [7_200, '15minute'],
    [36_000, '2hour'],
  ])('has few ticks when the children took %i seconds', (seconds, interval) => {
    const long = { ...child('long', 0), finishedAt: begun + seconds * 1_000 };
    expect(gantt([long, child('short', 1)])).toContain(`\n  tickInterval ${interval}\n`);
  });

  it('is left out where nothing is to be compared', () => {
    expect(gantt([child('core', 0), child('last', 1, 'skipped', [0])])).toBe('');
  });

  it('lets no name begin a statement of its own', () => {
    const names = [
      'section x',
      'title',
      'Click',
      'dateFormat YYYY',
      'tickInterval 1week',
      'accTitle',
      'weekend',
      'call tests',
      '2024-01-01 nightly',
    ];
    for (const line of gantt(names.map((name, place) => child(name, place)))
      .split('\n')
      .slice(6)) {
      expect(line).toMatch(/^ {2}\u2060\w/);
    }
  });
});

describe('a name from outside', () => {
  const graphLine =
    /^(?:flowchart (?:LR|TD)| {2}c\d+\["\u2060(?:[\p{L}\p{N} _./-]|#\d+;)+<br\/>[a-z]+ ?[a-z]*(?:, [\d.hmins ]+)?"\]:::[a-z]+| {2}c\d+ --> c\d+| {2}classDef [a-z]+ [a-z0-9:#,]+)$/u;
  const timeLine =
    /^(?:gantt| {2}title [\w ()]+| {2}dateFormat x| {2}axisFormat %H:%M:%S| {2}tickInterval \d+\w+| {2}\u2060[\p{L}\p{N}_./-][\p{L}\p{N} _./-]* :(?:[a-z]+, )*c\d+, \d+, \d+)$/u;
  const hostile = [
    'a"];click c0 "javascript:alert(1)"',
    '```\n# heading',
    '%%{init: {"theme":"dark"}}%%',
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
    '`**bold**`',
    'a:b:c, d',
    'subgraph',
    'end',
    '#35;#quot;',
    '--> c0',
    '\u202ereversed',
    '😀'.repeat(80),
    '',
    ' ',
  ];

  function expectInForm(names: readonly string[]): void {
    const children = names.map((name, place) => child(name, place, 'success', place > 0 ? [place - 1] : []));
    const graph = flowchart(children).split('\n');
    for (const line of graph) expect(line).toMatch(graphLine);
    expect(graph.filter((line) => line.includes('["'))).toHaveLength(names.length);
    const timeline = gantt(children).split('\n').slice(1);
    for (const line of timeline) expect(line).toMatch(timeLine);
    expect(timeline).toHaveLength(names.length + 5);
  }

  it('stays within its label', () => expectInForm(hostile));

  it('stays within its label whatever it is', () => {
    const name = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom(...hostile));
    fc.assert(fc.property(fc.array(name, { minLength: 2, maxLength: 20 }), expectInForm), { numRuns: 300 });
  });

  it.each(['direction LR', '1. build', '- lint', '# h', '__init__'])(
    'is no word of the grammar and no Markdown: %s',
    (name) => {
      const [, label = ''] = /\["(.*)<br/.exec(flowchart([child(name, 0)])) ?? [];
      expect(label).toMatch(/^\u2060/);
      expect(label).not.toMatch(/direction/i);
    },
  );

  it('decodes to what it was', () => {
    const name = 'a "quoted" <b> & 构建 😀 #1;';
    const [, shown] = /\["\u2060(.*)<br\/>/.exec(flowchart([child(name, 0)])) ?? [];
    expect(shown?.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))).toBe(name);
  });
});
