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
  c0["core<br/>succeeded, 4 s"]:::good
  c1["client<br/>failed, 4 s"]:::bad
  c2["server<br/>stopped, 4 s"]:::halted
  c3["bundle<br/>skipped"]:::idle
  c0 --> c1
  c0 --> c2
  c1 --> c3
  c2 --> c3
  classDef good fill:#1a7f37,stroke:#116329,color:#ffffff
  classDef bad fill:#cf222e,stroke:#a40e26,color:#ffffff
  classDef halted fill:#9a6700,stroke:#7d4e00,color:#ffffff
  classDef idle fill:#6e7781,stroke:#57606a,color:#ffffff`);
  });

  it('runs downwards when a chain is long', () => {
    const chain = Array.from({ length: 7 }, (_, place) =>
      child('x', place, 'success', place ? [place - 1] : []),
    );
    expect(flowchart(chain)).toMatch(/^flowchart TD\n/);
  });

  it('is drawn although the service tells of a circle', () => {
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
    expect(gantt([...diamond].reverse())).toBe(`gantt
  dateFormat x
  axisFormat %H:%M:%S
  core :c3, ${begun}, ${begun + 4_000}
  client :crit, c2, ${begun + 1_000}, ${begun + 5_000}
  server :done, crit, c1, ${begun + 2_000}, ${begun + 6_000}`);
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
    ];
    for (const line of gantt(names.map((name, place) => child(name, place)))
      .split('\n')
      .slice(3)) {
      expect(line).toMatch(/^ {2}- \w/);
    }
  });
});

describe('a name from outside', () => {
  const graphLine =
    /^(?:flowchart (?:LR|TD)| {2}c\d+\["(?:[\p{L}\p{N} _./-]|#\d+;)+<br\/>[a-z]+ ?[a-z]*(?:, [\d.hmins ]+)?"\]:::[a-z]+| {2}c\d+ --> c\d+| {2}classDef [a-z]+ [a-z0-9:#,]+)$/u;
  const timeLine =
    /^(?:gantt| {2}dateFormat x| {2}axisFormat %H:%M:%S| {2}[\p{L}\p{N}_./-][\p{L}\p{N} _./-]* :(?:[a-z]+, )*c\d+, \d+, \d+)$/u;
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
    const timeline = gantt(children).split('\n');
    for (const line of timeline) expect(line).toMatch(timeLine);
    expect(timeline).toHaveLength(names.length + 3);
  }

  it('stays within its label', () => expectInForm(hostile));

  it('stays within its label whatever it is', () => {
    const name = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom(...hostile));
    fc.assert(fc.property(fc.array(name, { minLength: 2, maxLength: 20 }), expectInForm), { numRuns: 300 });
  });

  it('comes back from its codes as it was', () => {
    const name = 'a "quoted" <b> & 构建 😀 #1;';
    const [, shown] = /\["(.*)<br\/>/.exec(flowchart([child(name, 0)])) ?? [];
    expect(shown?.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))).toBe(name);
  });
});
