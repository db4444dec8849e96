// Tests runs against a gateway whose clock is not the runner's. They count requests, so both editions are served.

import { expect, it } from 'vitest';
import { openWorld, runStep, type StepRun } from './story.ts';
import { expectWholeSuccess } from './whole.ts';

const minute = 60_000;

const rejected = ({ world }: StepRun) =>
  world.simulator.requests.filter(({ verdict }) => verdict !== 'signed');

it.each([-20, 20, -600, 600])(
  "signs with the gateway's time after one rejection when the gateway's clock is %i minutes off",
  async (minutes) => {
    const world = await openWorld({ editions: 'both', skewMs: minutes * minute });
    const step = await runStep({ world });
    expectWholeSuccess(step);
    expect(rejected(step).map(({ call, status }) => ({ call, status }))).toEqual([
      { call: 'job', status: 401 },
    ]);
    expect(world.simulator.count('start')).toBe(1);
  },
);

it.each([-14, 0, 14])(
  'sends no request that the gateway rejects when it accepts clocks that are %i minutes off',
  async (minutes) => {
    const step = await runStep({ world: await openWorld({ editions: 'both', skewMs: minutes * minute }) });
    expectWholeSuccess(step);
    expect(rejected(step)).toEqual([]);
  },
);

it.each([-20, 20])(
  "signs with the gateway's new time when its clock is changed by %i minutes during the build",
  async (minutes) => {
    const world = await openWorld({ editions: 'both' });
    world.simulator.faults.add({ call: '*', kind: 'skew', ms: minutes * minute, after: 5 });
    const step = await runStep({ world });
    expectWholeSuccess(step);
    expect(rejected(step)).toHaveLength(1);
  },
);

it('sends a single request when the access key is wrong and the clock is right', async () => {
  for (const skewMs of [0, 3 * minute]) {
    const step = await runStep({
      world: await openWorld({ editions: 'both', skewMs }),
      inputs: { 'secret-key': 'wrong-secret-key' },
    });
    expect({ code: step.code, requests: step.world.simulator.count() }).toEqual({ code: 1, requests: 1 });
    expect(step.lastLine).toContain('Check the access key (the inputs access-key and secret-key)');
  }
});

it('writes to the debug log that the clock is off', async () => {
  const step = await runStep({
    world: await openWorld({ editions: 'both', skewMs: 20 * minute }),
    debugging: true,
  });
  expect(step.recorder.stdout).toContain(
    "The runner's clock is 20 minutes behind the server's. Requests are dated by the server's clock.",
  );
});

it.each([
  [2, "The runner's clock is 2 days behind the server's."],
  [-26_000, "The runner's clock is 26000 days ahead of the server's."],
])(
  "reports a wrong clock and does not sign with the server's date when it is %i days off",
  async (days, words) => {
    const world = await openWorld({ editions: 'both', skewMs: days * 24 * 60 * minute });
    const step = await runStep({ world });
    expect({ code: step.code, requests: world.simulator.count() }).toEqual({ code: 1, requests: 1 });
    expect(step.lastLine).toContain(`${words} Set the runner's clock`);
  },
);

it('stops after a few requests when both the access key and the clock are wrong', async () => {
  const world = await openWorld({ editions: 'both', skewMs: 20 * minute });
  const step = await runStep({ world, inputs: { 'secret-key': 'wrong-secret-key' } });
  expect({ code: step.code, requests: world.simulator.count() }).toEqual({ code: 1, requests: 2 });
});

it('signs each attempt again, however long the pause before it', async () => {
  const world = await openWorld({ editions: 'both' });
  world.simulator.faults.add({ call: 'record', kind: 'throttled', retryAfter: '500', after: 1 });
  world.simulator.faults.add({ call: 'log', kind: 'throttled', retryAfter: '500', after: 1 });
  const step = await runStep({ world });
  expect(step.code).toBe(0);
  expect(rejected(step).filter(({ status }) => status === 401)).toEqual([]);
  const dates = world.simulator.requests.map(({ headers }) => headers['x-sdk-date']);
  expect(new Set(dates).size).toBeGreaterThanOrEqual(3);
});
