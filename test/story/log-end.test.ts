// Tests how soon a step ends after its build, and with how many calls, for each form of a log's beginning and end and
// each behaviour of the live log.

import { describe, expect, it } from 'vitest';
import type { Fault, ScenarioSource, SimulatorOptions } from '../simulator/simulator.ts';
import { linesOf, shownLogs } from './flow.ts';
import { openWorld, runStep, type StepRun } from './story.ts';
import { expectWholeLog } from './whole.ts';

type LogStyle = NonNullable<ScenarioSource['log']>;

const forms: Readonly<Record<string, LogStyle>> = {
  'a custom executor, Finished with a date': { form: 'custom-executor' },
  'a custom executor, Finished without a date': { form: 'custom-executor', finished: 'bare' },
  'a custom executor that lists all tasks': { form: 'custom-executor', allTasksStatus: true },
  'a public executor, all tasks listed': { form: 'public-executor' },
  'a public executor, no tasks listed': { form: 'public-executor', allTasksStatus: false },
  'the older form': { form: 'older' },
};

const always = Number.POSITIVE_INFINITY;
const promisesForEver: Fault = { call: 'log', kind: 'has-more-always', times: always };
const promisesNothing: Fault = { call: 'log', kind: 'has-more-never', times: always };

const scenario = (log: LogStyle, more: Partial<ScenarioSource> = {}): ScenarioSource => ({
  name: 'log-end',
  description: 'writes a line a second for twenty seconds',
  log,
  // The artifacts of a build that has none are asked for twice, which takes four seconds.
  artifacts: { package: { name: 'server.jar', version: '1', uri: '/server.jar' } },
  steps: [
    {
      name: 'Maven构建',
      mark: 'external_post_maven',
      seconds: 20,
      lines: Array.from({ length: 20 }, (_, line) => `line ${line}`),
    },
  ],
  ...more,
});

interface Ending {
  readonly run: StepRun;
  /** From the build's end to the step's. */
  readonly seconds: number;
  /** The same, from the answer by which the step learnt that the build had ended. */
  readonly secondsSinceLearnt: number;
  /** Of the live log that came after the build's end. */
  readonly polls: number;
  readonly downloads: number;
}

async function play(
  source: ScenarioSource,
  faults: readonly Fault[] = [],
  options: SimulatorOptions = {},
): Promise<Ending> {
  const world = await openWorld(options);
  for (const fault of faults) world.simulator.faults.add(fault);
  const run = await runStep({ world, job: { scenario: source } });
  const endedAt = world.simulator.builds(run.jobId)[0]?.endedAt ?? 0;
  const { requests } = world.simulator;
  const learntAt = requests.findLast(({ call, at }) => call === 'record' && at >= endedAt)?.at ?? endedAt;
  return {
    run,
    secondsSinceLearnt: (world.time.now() - learntAt) / 1_000,
    seconds: (world.time.now() - endedAt) / 1_000,
    polls: requests.filter(({ call, at }) => call === 'log' && at >= endedAt).length,
    downloads: requests.filter(({ call }) => call === 'full-log').length,
  };
}

const mayBeMissing =
  "The end of the build's log may be missing here: CodeArts' last line, Finished, has not come.";

describe.each(Object.keys(forms))('a log in the form of %s', (name) => {
  const form = forms[name] ?? {};

  it.each<[string, readonly Fault[]]>([
    ['promises no more after its last line', []],
    ['promises more for ever', [promisesForEver]],
    ['never promises more', [promisesNothing]],
  ])('ends with its last line, without a download, when the service %s', async (_, faults) => {
    const { run, seconds, polls, downloads } = await play(scenario(form), faults);
    expectWholeLog(run);
    expect(seconds).toBeLessThan(4);
    expect(polls).toBeLessThanOrEqual(4);
    expect(downloads).toBe(0);
  });

  it.each([3, 8])('is shown to its last line when that lags %i seconds behind the build', async (lag) => {
    for (const faults of [[], [promisesForEver], [promisesNothing]]) {
      const { run, seconds, downloads } = await play(scenario(form, { logLagSeconds: lag }), faults);
      expectWholeLog(run);
      expect(seconds).toBeGreaterThanOrEqual(lag);
      expect(seconds).toBeLessThan(lag + 2);
      expect(downloads).toBe(0);
    }
  });

  it.each<[string, Partial<LogStyle>]>([
    ['never comes', { finished: 'absent' }],
    ['lags 15 seconds behind the build', { finishedAfterSeconds: 15 }],
  ])('ends within 10 seconds without text, and says so, when its last line %s', async (_, end) => {
    for (const faults of [[], [promisesForEver], [promisesNothing]]) {
      const { run, seconds, secondsSinceLearnt, downloads } = await play(
        scenario({ ...form, ...end }),
        faults,
      );
      expectWholeLog(run, 1, /Finished: SUCCESS\n$/);
      expect(secondsSinceLearnt).toBeLessThanOrEqual(10);
      // Such a log says itself that the build is over: its record is requested at once, and no more than its last line
      // is waited for.
      if (form.form !== 'older') expect(seconds).toBeLessThanOrEqual(7);
      expect(downloads).toBe(1);
      expect(run.recorder.ownLines).toContainEqual(expect.stringContaining(mayBeMissing));
    }
  });

  it('waits for text that goes on for 15 seconds after the end of the build', async () => {
    const { run, seconds } = await play(scenario(form, { logLagSeconds: 15 }));
    expectWholeLog(run);
    expect(seconds).toBeLessThan(17);
  });
});

it('shows a line that comes with or after the last line of the log', async () => {
  const style = { form: 'custom-executor', afterFinished: 'Sending e-mails to: team' } as const;
  const { run, secondsSinceLearnt } = await play(scenario(style));
  expectWholeLog(run);
  expect(secondsSinceLearnt).toBeLessThanOrEqual(10);
});

it('goes on polling when a tool has printed a line like the last one', async () => {
  const source = scenario(
    { form: 'custom-executor' },
    {
      logLagSeconds: 3,
      steps: [
        {
          name: 'Run',
          mark: 'external_shell',
          seconds: 20,
          lines: [
            { text: 'Finished: SUCCESS', at: 12, level: 'raw' },
            { text: 'and on', at: 19, level: 'raw' },
          ],
        },
      ],
    },
  );
  expectWholeLog((await play(source)).run);
});

it('says that the end may be missing when the full log comes cut each time', async () => {
  const { run, downloads } = await play(scenario({ form: 'older' }), [
    { call: 'log', kind: 'status', status: 403, code: 'APIGW.0302', after: 1, times: always },
    { call: 'full-log', kind: 'truncated', keep: 0.7, honest: true, times: always },
  ]);
  expect(downloads).toBe(2);
  expect(run.recorder.ownLines).toContainEqual(expect.stringContaining(mayBeMissing));
});

describe("a child's log", () => {
  const child = (name: string, log: LogStyle) => ({
    name,
    log,
    steps: [{ name: 'Run', mark: 'run', seconds: 20, lines: [`${name} begins`, `${name} goes on`] }],
  });
  const family = (log: LogStyle): ScenarioSource => ({
    name: 'family',
    description: 'two children that run side by side',
    strategy: 'eager',
    log,
    steps: [],
    children: [child('core', log), child('web', log)],
  });

  it.each(Object.keys(forms))(
    'ends with its last line, without a download, in the form of %s',
    async (name) => {
      const { run, seconds, downloads } = await play(family(forms[name] ?? {}));
      for (const one of run.world.simulator.builds(run.jobId)[0]?.children ?? []) {
        const lines = shownLogs(run).flatMap(({ whose, lines }) => (whose === one.facts.name ? lines : []));
        expect(lines, one.facts.name).toEqual(linesOf(one));
      }
      // The child that was not streamed is downloaded once it has ended.
      expect(downloads).toBe(1);
      expect(seconds).toBeLessThan(6);
    },
  );

  it('is printed whole, with a note that its end may be missing, when its last line never comes', async () => {
    const { run } = await play(family({ form: 'custom-executor', finished: 'absent' }));
    expect(run.recorder.annotations).toEqual([]);
    for (const name of ['core', 'web']) {
      expect(run.recorder.ownLines).toContainEqual(
        `The end of the log of ${name} may be missing here: CodeArts' last line, Finished, has not come.`,
      );
    }
  });
});

it('does not take a tool\'s "Finished: SUCCESS" for the end while the rest of the log lags behind', async () => {
  const steps = [
    {
      name: 'Maven构建',
      mark: 'external_post_maven',
      seconds: 20,
      lines: ['one', 'two', 'Finished: SUCCESS'],
    },
  ];
  const { run } = await play(scenario({ form: 'custom-executor' }, { steps, logLagSeconds: 6 }), [
    promisesNothing,
  ]);
  // The simulator's log holds by now what it lacked when the step ended.
  await run.world.time.sleep(30_000);
  expectWholeLog(run);
});
