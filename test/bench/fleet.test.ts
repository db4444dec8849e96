// Many steps share what a throttling service allows, each knowing only its own refusals. The full size: npm run bench.

import { expect, it } from 'vitest';
import { runFleet } from '../../bench/fleet.ts';

const crowd = { steps: 100, callsPerMinute: 120 };

it.each(['429', 'CB.00060211'] as const)(
  'follows a hundred builds with few rejections when %s limits calls to a twenty-fifth of the usual rate',
  async (style) => {
    const { wrongEnds, brokenLogs, refused, delays, longestSilence } = await runFleet({
      ...crowd,
      style,
      by: 'follow',
    });
    expect(wrongEnds).toBe(0);
    expect(brokenLogs).toBe(0);
    expect(refused).toBeLessThan(0.05);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(180_000);
    expect(longestSilence).toBeLessThan(180_000);
  },
  120_000,
);
