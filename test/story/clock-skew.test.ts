// Tests runs against a gateway whose clock is not the runner's. They count requests, so both editions are served.

import { expect, it } from 'vitest';
import { openWorld, type Told, tell } from './story.ts';
import { expectWholeSuccess } from './whole.ts';

const minute = 60_000;

const refused = ({ world }: Told) => world.simulator.requests.filter(({ verdict }) => verdict !== 'signed');

it.each([-20, 20, -600, 600])(
  'works with a gateway that is %i minutes off, after one refusal',
  async (minutes) => {
    const world = await openWorld({ editions: 'both', skewMs: minutes * minute });
    const told = await tell({ world });
    expectWholeSuccess(told);
    expect(refused(told).map(({ call, status }) => [call, status])).toEqual([['job', 401]]);
    expect(world.simulator.count('start')).toBe(1);
  },
);

it.each([-14, 0, 14])('is not refused by a gateway that is %i minutes off', async (minutes) => {
  const told = await tell({ world: await openWorld({ editions: 'both', skewMs: minutes * minute }) });
  expectWholeSuccess(told);
  expect(refused(told)).toEqual([]);
});

it.each([-20, 20])(
  'works with a gateway whose clock is set by %i minutes during the build',
  async (minutes) => {
    const world = await openWorld({ editions: 'both' });
    world.simulator.faults.add({ call: '*', kind: 'skew', ms: minutes * minute, after: 5 });
    const told = await tell({ world });
    expectWholeSuccess(told);
    expect(refused(told)).toHaveLength(1);
  },
);

it('does not take a wrong key for a wrong clock: one request, and no more', async () => {
  for (const skewMs of [0, 3 * minute]) {
    const told = await tell({
      world: await openWorld({ editions: 'both', skewMs }),
      inputs: { 'secret-key': 'wrong-secret-key' },
    });
    expect({ code: told.code, requests: told.world.simulator.count() }).toEqual({ code: 1, requests: 1 });
    expect(told.lastLine).toContain('Check the access key (the inputs access-key and secret-key)');
  }
});

it('notes in the debug log that the clock is off', async () => {
  const told = await tell({
    world: await openWorld({ editions: 'both', skewMs: 20 * minute }),
    debugging: true,
  });
  expect(told.recorder.stdout).toContain(
    "The runner's clock is 20 minutes behind the server's. Requests are dated by the server's clock.",
  );
});

it.each([
  [2, "The runner's clock is 2 days behind the server's."],
  [-26_000, "The runner's clock is 26000 days ahead of the server's."],
])(
  'signs no request for a day that a server %i days off names, and says that the clock is off',
  async (days, words) => {
    const world = await openWorld({ editions: 'both', skewMs: days * 24 * 60 * minute });
    const told = await tell({ world });
    expect({ code: told.code, requests: world.simulator.count() }).toEqual({ code: 1, requests: 1 });
    expect(told.lastLine).toContain(`${words} Set the runner's clock`);
  },
);

it('does not go on for ever where key and clock are wrong', async () => {
  const world = await openWorld({ editions: 'both', skewMs: 20 * minute });
  const told = await tell({ world, inputs: { 'secret-key': 'wrong-secret-key' } });
  expect({ code: told.code, requests: world.simulator.count() }).toEqual({ code: 1, requests: 2 });
});

it('signs each attempt afresh, however long the pause before it', async () => {
  const world = await openWorld({ editions: 'both' });
  world.simulator.faults.add({ call: 'record', kind: 'throttled', retryAfter: '500', after: 1 });
  world.simulator.faults.add({ call: 'log', kind: 'throttled', retryAfter: '500', after: 1 });
  const told = await tell({ world });
  expect(told.code).toBe(0);
  expect(refused(told).filter(({ status }) => status === 401)).toEqual([]);
  const dates = world.simulator.requests.map(({ headers }) => headers['x-sdk-date']);
  expect(new Set(dates).size).toBeGreaterThanOrEqual(3);
});
