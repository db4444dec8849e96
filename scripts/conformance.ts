// `npm run conformance`: drives every call of the reference through Huawei's own Python SDK against the simulator, and
// compares what the SDK parsed with what the simulator holds. Needs Python and pip; a line a call, then the count.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoPython, pythonWithClients } from '../test/simulator/conformance/python-environment.ts';
import { Sdk } from '../test/simulator/conformance/sdk.ts';
import { build, flow, histories } from '../test/simulator/conformance/story-of-a-build.ts';
import { endJob, makeJob, shelves } from '../test/simulator/conformance/story-of-a-job.ts';
import { access, signIn } from '../test/simulator/conformance/story-of-access.ts';
import { Trial } from '../test/simulator/conformance/trial.ts';
import { startSimulator, VirtualClock } from '../test/simulator/simulator.ts';
import { root } from './paths.ts';

async function main(): Promise<number> {
  let python: string;
  try {
    python = pythonWithClients(join(root, '.tmp'));
  } catch (error) {
    if (!(error instanceof NoPython)) throw error;
    console.log(`npm run conformance cannot run: ${error.message}`);
    return report(0, 1);
  }
  // The SDK signs with the machine's time; what the clock is moved stays well within the gateway's 15 minutes.
  const clock = new VirtualClock(Date.now());
  const simulator = await startSimulator({ clock });
  const sdk = new Sdk(python);
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const trial = new Trial(simulator, clock, sdk, console.log);
  try {
    await tell(trial, sdk, folder);
  } finally {
    sdk.close();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(
    `${trial.fields} values compared in ${trial.passed + trial.failed} steps, ${trial.driven} calls driven`,
  );
  return report(trial.passed, trial.failed);
}

async function tell(trial: Trial, sdk: Sdk, folder: string): Promise<void> {
  const { url: endpoint, accessKey: credentials, iamProjectId: project_id } = trial.simulator;
  await sdk.client({
    client: 'main',
    service: 'codeartsbuild',
    endpoint,
    credentials: { ...credentials, project_id },
  });
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
