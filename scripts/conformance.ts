// `npm run conformance`: drives the simulator through Huawei Cloud's own Python and Go SDKs, every call of the reference and
// those of the newer edition, and compares what they parsed with what the simulator holds. Needs Python, pip and Go.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goDriver } from '../test/simulator/conformance/go-environment.ts';
import { NoSdk, pythonWithClients } from '../test/simulator/conformance/python-environment.ts';
import { Sdk } from '../test/simulator/conformance/sdk.ts';
import { build, flow, histories } from '../test/simulator/conformance/story-of-a-build.ts';
import { endJob, makeJob, shelves } from '../test/simulator/conformance/story-of-a-job.ts';
import { access, signIn } from '../test/simulator/conformance/story-of-access.ts';
import { newerEdition } from '../test/simulator/conformance/story-of-the-newer-edition.ts';
import { Trial } from '../test/simulator/conformance/trial.ts';
import { type Job, startSimulator, VirtualClock } from '../test/simulator/simulator.ts';
import { root } from './paths.ts';

const conformance = join(root, 'test', 'simulator', 'conformance');

async function main(): Promise<number> {
  let python: readonly string[];
  let go: readonly string[];
  try {
    const cache = join(root, '.tmp');
    python = [pythonWithClients(cache), '-W', 'ignore', join(conformance, 'driver.py')];
    go = [goDriver(cache)];
  } catch (error) {
    if (!(error instanceof NoSdk)) throw error;
    console.log(`npm run conformance cannot run: ${error.message}`);
    return report(0, 1);
  }
  const trials = [
    await play('Python', python, {}),
    // Its models hold the one time as a float32, which is none where it is 0, and the other in whole seconds. Its driver
    // makes clients with keys alone.
    await play('Go', go, {
      inexact: ['jobs.0.last_build_time', 'credentials.expiration'],
      signsInWithKeysOnly: true,
    }),
  ];
  const sum = (count: (trial: Trial) => number) => trials.reduce((total, trial) => total + count(trial), 0);
  const [passed, failed] = [sum((trial) => trial.passed), sum((trial) => trial.failed)];
  const driven = Math.max(...trials.map((trial) => trial.driven));
  console.log(
    `${sum(({ fields }) => fields)} values compared in ${passed + failed} steps, ${driven} calls driven`,
  );
  return report(passed, failed);
}

interface SdkLimits {
  /** Fields that it cannot hold exactly. */
  readonly inexact?: readonly string[];
  readonly signsInWithKeysOnly?: boolean;
}

/** Drives one SDK through all stories, on a simulator of its own. */
async function play(name: string, command: readonly string[], limits: SdkLimits): Promise<Trial> {
  // The SDK signs with the machine's time; what the clock is moved stays well within the gateway's 15 minutes.
  const clock = new VirtualClock(Date.now());
  const simulator = await startSimulator({ clock });
  const sdk = new Sdk(command);
  const trial = new Trial(simulator, clock, sdk, console.log, limits.inexact);
  try {
    console.log(name);
    await mainClient(trial, sdk);
    const job = await makeJob(trial);
    const good = await build(trial, job);
    await histories(trial, job, good);
    await flow(trial);
    await shelves(trial);
    if (!limits.signsInWithKeysOnly) await signIns(trial, sdk, job);
    await endJob(trial, job);
    trial.holds('every call of chapters 4 and 7 was driven', trial.undriven);
    await newerEdition(trial, sdk);
    return trial;
  } finally {
    sdk.close();
    await simulator.close();
  }
}

async function signIns(trial: Trial, sdk: Sdk, job: Job): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    await access(trial, sdk, job, folder);
    await signIn(trial, sdk);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function mainClient(trial: Trial, sdk: Sdk): Promise<void> {
  const { url: endpoint, accessKey: credentials, iamProjectId: project_id } = trial.simulator;
  await sdk.client({
    client: 'main',
    service: 'codeartsbuild',
    endpoint,
    credentials: { ...credentials, project_id },
  });
}

function report(passed: number, failed: number): number {
  console.log(`conformance: ${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main();
