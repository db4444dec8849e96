// Tests a live log that contradicts itself once, now and then, or always: every line is printed once and in order, and
// the full log is requested only if the live one can't be trusted.

import { expect, it } from 'vitest';
import type { Fault, ScenarioSource } from '../simulator/simulator.ts';
import { familyOf, linesOf, shownLogs } from './flow.ts';
import { openWorld, runStep, type StepRun } from './story.ts';
import { expectWholeLog } from './whole.ts';

const scenario: ScenarioSource = {
  name: 'all-kinds-of-lines',
  description: 'writes every kind of line for half a minute',
  steps: [
    {
      name: '代码检出',
      mark: 'checkout',
      seconds: 5,
      lines: ['下载 ✓ 依赖…', { text: '👩‍👩‍👧 family', end: '\r\n' }, 'plain ascii', { text: '', end: '\n' }],
    },
    {
      name: 'Maven构建',
      mark: 'external_post_maven',
      seconds: 25,
      lines: [
        ...Array.from({ length: 60 }, (_, line) => `[${line}] 编译 Module${line % 3}.java … 😀`),
        { text: 'Finished: SUCCESS', at: 12, level: 'raw' as const },
        { text: '....', at: 13, level: 'raw' as const, end: '' as const },
        { text: '....', at: 17, level: 'raw' as const, end: '' as const },
        { text: '....', at: 21, level: 'raw' as const },
      ],
    },
  ],
};

const quirks: Readonly<Record<string, Fault>> = {
  'an offset that does not move': { call: 'log', kind: 'offset-stuck' },
  'an offset that goes back': { call: 'log', kind: 'offset-back', by: 300 },
  'an offset that goes back to the start': { call: 'log', kind: 'offset-back', by: 1_000_000 },
  'more text promised for ever': { call: 'log', kind: 'has-more-always' },
  'no more text promised though there is': { call: 'log', kind: 'has-more-never' },
  'a wrong current offset': { call: 'log', kind: 'wrong-current-offset' },
  'an empty content': { call: 'log', kind: 'empty-content' },
  'a cut inside a character': { call: 'log', kind: 'cut', units: 41 },
};
const often: Readonly<Record<string, Pick<Fault, 'times' | 'after'>>> = {
  once: { times: 1, after: 2 },
  'twice in a row': { times: 2, after: 2 },
  'ten times in a row': { times: 10, after: 1 },
  'all the time but at first': { times: 1_000_000, after: 1 },
};
const units = ['bytes', 'characters'] as const;
const cases = units.flatMap((unit) =>
  Object.keys(quirks).flatMap((quirk) => Object.keys(often).map((times) => ({ unit, quirk, times }))),
);

async function runStepWith(unit: (typeof units)[number], faults: readonly Fault[]): Promise<StepRun> {
  const world = await openWorld({ log: { unit } });
  for (const fault of faults) world.simulator.faults.add(fault);
  return await runStep({ world, job: { scenario } });
}

it.each(cases)(
  'prints every line once in spite of $quirk, $times ($unit)',
  async ({ unit, quirk, times }) => {
    const fault = quirks[quirk];
    if (!fault) return expect.unreachable();
    const step = await runStepWith(unit, [{ ...fault, ...often[times] }]);
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
    expectWholeLog(step);
    if (times === 'once') expect(step.world.simulator.count('full-log')).toBe(0);
  },
);

it('prints every line once when wrong responses of all kinds follow each other', async () => {
  for (const unit of units) {
    const faults = Object.values(quirks).map((quirk, index) => ({ ...quirk, after: 1 + index, times: 2 }));
    expectWholeLog(await runStepWith(unit, faults));
  }
});

const restarted =
  'The live log lacked lines or broke off, and it is not known where the full log continues. The full log:';

const jumps = units.flatMap((unit) => Object.keys(often).map((times) => ({ unit, times })));

it.each(jumps)(
  'prints the whole log when an offset jumps ahead $times, again under a heading if lines were lost ($unit)',
  async ({ unit, times }) => {
    const jump: Fault = { call: 'log', kind: 'offset-forward-jump', by: 5_000, ...often[times] };
    const { code, recorder, world, jobId } = await runStepWith(unit, [jump]);
    const log = world.simulator.builds(jobId)[0]?.log ?? '';
    expect(code).toBe(0);
    const shown = `${recorder.remoteLines.join('\n')}\n`;
    expect(shown.endsWith(log.replaceAll('\r\n', '\n'))).toBe(true);
    const isOnce = shown.length === log.replaceAll('\r\n', '\n').length;
    expect(recorder.ownLines.includes(restarted)).toBe(!isOnce);
  },
);

it('prints the full log under a heading when the first offset exceeded the text', async () => {
  const jump: Fault = { call: 'log', kind: 'offset-forward-jump', by: 40, times: 1 };
  const { recorder, world, jobId } = await runStepWith('bytes', [jump]);
  const log = world.simulator.builds(jobId)[0]?.log ?? '';
  expect(recorder.ownLines).toContain(restarted);
  expect(`${recorder.remoteLines.join('\n')}\n`.endsWith(log.replaceAll('\r\n', '\n'))).toBe(true);
});

/** Makes the live log's first chunks differ from the full log, and its later ones empty. */
function otherAndCut(chunks: number, when: Fault['when'] = () => true): Fault {
  let seen = 0;
  let last: unknown = 0;
  return {
    call: 'log',
    kind: 'rewrite',
    times: 1_000_000,
    when,
    rewrite: (body) => {
      const { result } = JSON.parse(JSON.stringify(body));
      const isNewer = 'log' in result;
      const text: string = isNewer ? result.log : result.content;
      if (text !== '') seen += 1;
      const content = seen > chunks ? '' : text.replaceAll('INFO', 'OFNI');
      if (seen <= chunks) last = isNewer ? result.end_offset : result.offset;
      const ends = seen > chunks;
      const newer = { log: content, ...(ends ? { start_offset: last, end_offset: last } : {}) };
      const older = { content, ...(ends ? { offset: last, current_offset: last } : {}) };
      return { result: { ...result, ...(isNewer ? newer : older) } };
    },
  };
}

it('prints the full log when the live one had different text and ended early without an interruption', async () => {
  const { code, recorder, world, jobId } = await runStepWith('bytes', [otherAndCut(3)]);
  const log = world.simulator.builds(jobId)[0]?.log ?? '';
  expect({ code, first: recorder.remoteLines[0] }).toEqual({
    code: 0,
    first: expect.stringContaining('OFNI'),
  });
  expect(recorder.ownLines).toContainEqual(expect.stringMatching(/ The full log:$/));
  expect(`${recorder.remoteLines.join('\n')}\n`.endsWith(log.replaceAll('\r\n', '\n'))).toBe(true);
});

it("prints a child's full log when its live one had different text and ended early", async () => {
  const world = await openWorld();
  const ofChild = ({ path }: { readonly path: string }) => !/\/1\/[a-z-]+$/.test(path);
  world.simulator.faults.add(otherAndCut(2, ofChild));
  const step = await runStep({ world, job: { scenario: 'flow-lazy' } });
  expect(step.recorder.remoteLines.join('\n')).toContain('OFNI');
  for (const [name, child] of familyOf(step).children) {
    const shown = shownLogs(step).flatMap(({ whose, lines }) => (whose === name ? lines : []));
    expect(shown.slice(-linesOf(child).length), name).toEqual(linesOf(child));
  }
});

it.each(units)('waits for lines that reach the log after the end of the build (%s)', async (unit) => {
  const world = await openWorld({ log: { unit } });
  const step = await runStep({ world, job: { scenario: { ...scenario, logLagSeconds: 9 } } });
  expectWholeLog(step);
});

it('reads the rest from the full log when the live one is rejected from some point on', async () => {
  const step = await runStepWith('bytes', [
    { call: 'log', kind: 'status', status: 404, code: 'APIGW.0101', after: 3, times: 1_000 },
  ]);
  expectWholeLog(step);
  // Three successful responses and three rejections.
  expect(step.world.simulator.count('log')).toBe(6);
  expect(step.recorder.annotations.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^The build's log can't be followed while it runs: CodeArts rejected the request to read the live log: .*APIGW\.0101/,
    ),
  ]);
});

it('reads the rest from the full log without a warning when the live one is rejected after the end of the build', async () => {
  const world = await openWorld();
  const { id } = world.simulator.addJob({ name: 'shop-backend', scenario });
  const hasEnded = () => (world.simulator.builds(id)[0]?.endedAt ?? Infinity) <= world.time.now();
  world.simulator.faults.add({ call: 'log', kind: 'status', status: 403, times: 1_000, when: hasEnded });
  const step = await runStep({ world, jobId: id });
  expectWholeLog(step);
  expect(step.recorder.annotations).toEqual([]);
  expect(step.recorder.ownLines.join('\n')).not.toContain('live log');
});

it('reads the rest from the full log when the live one fails until the end', async () => {
  const step = await runStepWith('characters', [{ call: 'log', kind: 'busy', after: 3, times: 1_000_000 }]);
  expect(step.code).toBe(0);
  expectWholeLog(step);
});

it("reports the build's result when its log can't be read at all, with a warning about what is missing", async () => {
  const rejected = { kind: 'status', status: 403, code: 'APIGW.0302', times: 1_000 } as const;
  const step = await runStepWith('bytes', [
    { call: 'log', ...rejected },
    { call: 'full-log', ...rejected },
  ]);
  expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
  expect(step.recorder.remoteLines).toEqual([]);
  expect(step.recorder.annotations.map(({ message }) => message)).toEqual([
    expect.stringContaining(
      "The build's log can't be followed while it runs: CodeArts rejected the request to read the live log",
    ),
    expect.stringContaining(
      "The end of the build's log is missing here: CodeArts rejected the request to download the full log",
    ),
  ]);
});

it('warns that the log is missing when the live one was empty and the full one is rejected', async () => {
  const step = await runStepWith('bytes', [
    { call: 'log', kind: 'status', status: 500, code: 'CB.00030004', times: 1_000 },
    { call: 'full-log', kind: 'status', status: 403, code: 'APIGW.0302', times: 1_000 },
  ]);
  const warnings = step.recorder.annotations.map(({ message }) => message);
  expect({ code: step.code, warnings }).toEqual({
    code: 0,
    warnings: [
      expect.stringMatching(
        /^The build's log is missing here: CodeArts rejected the request to download .*See https:/,
      ),
    ],
  });
});

it.each([
  [500, 'CB.00030004'],
  [422, 'CB.00031006'],
  [403, 'CB.00031059'],
  [403, 'APIGW.0302'],
])(
  'warns that lines may be missing when the live log was read and the full one answers %i %s',
  async (status, code) => {
    const world = await openWorld();
    const rejected = { kind: 'status', status, code, times: Number.POSITIVE_INFINITY } as const;
    world.simulator.faults.add({ call: 'full-log', ...rejected });
    const lines = [
      { text: 'first', at: 1 },
      { text: 'last', at: 119 },
    ];
    const lagging: ScenarioSource = {
      name: 'lagging',
      description: 'its log comes a minute late',
      logLagSeconds: 60,
      steps: [{ name: 'Run', seconds: 120, lines }],
    };
    const step = await runStep({ world, job: { scenario: lagging } });
    expect(step.recorder.remoteLines.join('\n')).toContain('first');
    expect(step.recorder.remoteLines.join('\n')).not.toContain('last');
    expect(step.recorder.stdout).toContain(
      `may be missing here: CodeArts rejected the request to download the full log`,
    );
  },
);

it('resumes an interrupted download where it stopped', async () => {
  const step = await runStepWith('bytes', [
    { call: 'log', kind: 'status', status: 404, after: 2, times: 1_000 },
    { call: 'full-log', kind: 'truncated', keep: 0.7 },
    { call: 'full-log', kind: 'truncated', keep: 0.95 },
    { call: 'full-log', kind: 'truncated', keep: 0.99, honest: true },
  ]);
  expectWholeLog(step);
});

it("ends the step when the log never stops growing after the build's end", async () => {
  const world = await openWorld();
  world.simulator.faults.add({
    call: 'log',
    kind: 'rewrite',
    times: 1_000_000,
    after: 3,
    rewrite: (body) => {
      const result = typeof body === 'object' && body !== null && 'result' in body ? body['result'] : null;
      const at =
        typeof result === 'object' && result !== null && 'current_offset' in result
          ? result['current_offset']
          : 0;
      return {
        result: { content: 'more\n', current_offset: at ?? 0, offset: Number(at) + 5, has_more_data: true },
      };
    },
  });
  const step = await runStep({ world });
  const [build] = world.simulator.builds(step.jobId);
  expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
  expect(world.time.now() - (build?.endedAt ?? 0)).toBeLessThan(31 * 60_000);
});
