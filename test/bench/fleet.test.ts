// Tests that many steps share a rate limit although each sees only its own rejections. `npm run bench` runs more steps.

import { expect, it } from 'vitest';
import { runFleet } from '../../bench/fleet.ts';

const options = { steps: 100, callsPerMinute: 120 };

it.each(['429', 'CB.00060211'] as const)(
  'follows a hundred builds with few rejections when %s limits calls to a twenty-fifth of the usual rate',
  async (style) => {
    const { wrongEnds, brokenLogs, unreadLogs, rejected, delays, longestSilence } = await runFleet({
      ...options,
      style,
      by: 'follow',
    });
    expect({ wrongEnds, brokenLogs, unreadLogs }).toEqual({ wrongEnds: 0, brokenLogs: 0, unreadLogs: 0 });
    expect(rejected).toBeLessThan(0.05);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(180_000);
    expect(longestSilence).toBeLessThan(180_000);
  },
  120_000,
);
