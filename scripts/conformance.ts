// `npm run conformance`: drives the simulator through Huawei Cloud's own SDKs, every call of the reference by Python's and the
// newer edition's by Python's and Go's, and compares what they parsed with what the simulator holds. Needs Python, pip and Go.

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
import { startSimulator, VirtualClock } from '../test/simulator/simulator.ts';
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
  // The SDK signs with the machine's time; what the clock is moved stays well within the gateway's 15 minutes.
  const clock = new VirtualClock(Date.now());
  const simulator = await startSimulator({ clock });
  const sdks = { python: new Sdk(python), go: new Sdk(go) };
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const trials = {
    python: new Trial(simulator, clock, sdks.python, console.log),
    go: new Trial(simulator, clock, sdks.go, console.log),
  };
  try {
    console.log('Python');
    await reference(trials.python, sdks.python, folder);
    await newerEdition(trials.python, sdks.python, []);
    console.log('Go');
    await mainClient(trials.go, sdks.go);
    // Its models hold the one time as a float32 and the other in whole seconds.
    await newerEdition(trials.go, sdks.go, ['jobs.0.last_build_time', 'credentials.expiration']);
  } finally {
    sdks.python.close();
    sdks.go.close();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const passed = trials.python.passed + trials.go.passed;
  const failed = trials.python.failed + trials.go.failed;
  const fields = trials.python.fields + trials.go.fields;
  console.log(`${fields} values compared in ${passed + failed} steps, ${trials.go.driven} calls driven`);
  return report(passed, failed);
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

async function reference(trial: Trial, sdk: Sdk, folder: string): Promise<void> {
  await mainClient(trial, sdk);
  const job = await makeJob(trial);
  const good = await build(trial, job);
  await histories(trial, job, good);
  await flow(trial);
  await shelves(trial);
  await access(trial, sdk, job, folder);
  await signIn(trial, sdk);
  await endJob(trial, job);
  trial.holds('every call of chapters 4 and 7 was driven', trial.undriven);
}

function report(passed: number, failed: number): number {
  console.log(`conformance: ${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main();
