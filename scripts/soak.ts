// `npm run soak [-- --seed N] [--minutes M] [--story I] [--polls P]`: runs random builds with random faults in parallel for
// ten minutes and compares each step with the state of the server, then follows one build with P status checks. Prints
// counts, and exits with 1 if a step reported anything wrong.

import { parseArgs } from 'node:util';
import { playAndJudge, type Verdict } from '../test/soak/judge.ts';
import { followLong } from '../test/soak/long-build.ts';

const usage = `usage: npm run soak [-- --seed N] [--minutes M] [--story I] [--polls P]
seed: which stories are played (default: random)
minutes: for how long (default 10)
story: only this one, to reproduce a difference
polls: how often the last, long build is polled (default 100000; 0: no such build)`;

const atOnce = 6;
const longestStoryMs = 120_000;

interface Arguments {
  readonly seed: number;
  readonly minutes: number;
  readonly story: number | undefined;
  readonly polls: number;
}

function readArguments(): Arguments {
  const text = { type: 'string' } as const;
  const options = { seed: text, minutes: text, story: text, polls: text };
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
    polls: number(values.polls, 100_000),
  };
}

async function main(): Promise<number> {
  const { seed, minutes, story, polls } = readArguments();
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
  const { stories, builds, faults, lines, requests } = total;
  console.log(
    `${stories} steps, ${builds} builds, ${requests} requests, ${faults} faults injected, ${lines} lines checked: ${total.differences} differences.`,
  );
  if (story === undefined && polls > 0) total.differences += await long(polls);
  return total.differences === 0 ? 0 : 1;
}

async function long(polls: number): Promise<number> {
  const { requests, hours, heaps, differences } = await followLong(polls);
  const [first, last] = heaps.map((megabytes) => megabytes.toFixed(1));
  console.log(
    `One build of ${hours.toFixed(1)} hours: ${requests} requests, ${first} MB held at first, ${last} MB at last.`,
  );
  for (const difference of differences) console.log(`DIFFERENCE in the long build: ${difference}`);
  return differences.length;
}

/** A story that does not end or throws counts as a difference. */
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
