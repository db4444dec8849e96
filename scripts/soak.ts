// `npm run soak [-- --seed N] [--minutes M] [--story I]`: random builds and random faults in parallel for ten minutes,
// each step judged by what the server knows. Ends with counts, and with 1 where a step told anything wrong.

import { parseArgs } from 'node:util';
import { playAndJudge, type Verdict } from '../test/soak/judge.ts';

const usage = `usage: npm run soak [-- --seed N] [--minutes M] [--story I]
seed: which stories are told (default: by chance)
minutes: for how long (default 10)
story: this one alone, to look at a difference`;

const atOnce = 6;
const longestStoryMs = 120_000;

interface Arguments {
  readonly seed: number;
  readonly minutes: number;
  readonly story: number | undefined;
}

function readArguments(): Arguments {
  const options = {
    seed: { type: 'string' },
    minutes: { type: 'string' },
    story: { type: 'string' },
  } as const;
  const { values } = parseArgs({ options });
  const number = (value: string | undefined, otherwise: number) => {
    const read = value === undefined ? otherwise : Number(value);
    if (!(read >= 0)) throw new Error(usage);
    return read;
  };
  return {
    seed: Math.floor(number(values.seed, Math.random() * 1_000_000)),
    minutes: number(values.minutes, 10),
    story: values.story === undefined ? undefined : number(values.story, 0),
  };
}

async function main(): Promise<number> {
  const { seed, minutes, story } = readArguments();
  console.log(
    `Soaking with seed ${seed}${story === undefined ? ` for ${minutes} minutes` : `, story ${story}`}.`,
  );
  const total = { stories: 0, builds: 0, faults: 0, lines: 0, requests: 0, differences: 0 };
  const until = Date.now() + minutes * 60_000;
  let next = story ?? 0;
  const one = async (): Promise<void> => {
    const index = next;
    next += 1;
    const verdict = await withinTime(playAndJudge(seed * 100_003 + index));
    total.stories += 1;
    total.builds += verdict.builds;
    total.faults += verdict.faults;
    total.lines += verdict.lines;
    total.requests += verdict.requests;
    total.differences += verdict.differences.length;
    for (const difference of verdict.differences) {
      console.log(`DIFFERENCE in story ${index}: ${difference}`);
      console.log(`  again: npm run soak -- --seed ${seed} --story ${index}`);
    }
  };
  const worker = async (): Promise<void> => {
    do await one();
    while (story === undefined && Date.now() < until);
  };
  await Promise.all(Array.from({ length: story === undefined ? atOnce : 1 }, worker));
  const { stories, builds, faults, lines, requests, differences } = total;
  console.log(
    `${stories} steps, ${builds} builds, ${requests} requests, ${faults} faults injected, ${lines} lines checked: ${differences} differences.`,
  );
  return differences === 0 ? 0 : 1;
}

/** A story that does not end, or that throws, is a difference like any other. */
async function withinTime(story: Promise<Verdict>): Promise<Verdict> {
  const wrong = (difference: string): Verdict => ({
    builds: 0,
    faults: 0,
    lines: 0,
    requests: 0,
    differences: [difference],
  });
  const timer = new AbortController();
  const late = new Promise<Verdict>((resolve) => {
    const after = setTimeout(() => resolve(wrong('it did not end')), longestStoryMs);
    timer.signal.addEventListener('abort', () => clearTimeout(after));
  });
  const judged = story.catch((error: unknown) =>
    wrong(error instanceof Error ? String(error.stack) : String(error)),
  );
  const verdict = await Promise.race([judged, late]);
  timer.abort();
  return verdict;
}

process.exit(await main());
