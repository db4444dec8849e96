// Helps to test the sign-in: runs steps that have only the given inputs to sign in with, and collects their output.

import { listen } from '../loopback.ts';
import { type IdTokenService, idTokenService } from '../simulator/id-token-service.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { runStep, type StepRun, type StoryOptions, type World } from './story.ts';

const noKeys = { 'access-key': '', 'secret-key': '' };

/** Runs a step that has only these inputs to sign in with. */
export async function runStepWith(
  inputs: Readonly<Record<string, string>>,
  options: StoryOptions & { world: World },
): Promise<StepRun> {
  const { url } = options.world.simulator;
  return await runStep({ ...options, inputs: { 'iam-endpoint': url, ...noKeys, ...inputs } });
}

export function verdicts({ simulator }: World): ReadonlySet<string> {
  const signIns = new Set(['token', 'id-token', 'assume-with-oidc']);
  // The gateway does not check calls of an edition that is switched off.
  const calls = simulator.requests.filter(({ call }) => !signIns.has(call) && call !== 'unknown');
  return new Set(calls.map(({ verdict }) => verdict));
}

export function errors({ recorder }: StepRun): readonly string[] {
  return recorder.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
}

/** Everything of the step that a user can read. */
export function shown({ recorder }: StepRun): string {
  return [recorder.stdout, ...recorder.outputs.values(), ...recorder.states.values()].join('\n');
}

/** Starts GitHub's token service for a job on this machine until the test ends. It signs with the simulator's key. */
export async function startIdTokenService(
  simulator: Simulator,
): Promise<Omit<IdTokenService, 'env'> & { readonly env: Readonly<Record<string, string>> }> {
  const claimsOfRun = { aud: 'https://github.com/octo', sub: 'repo:octo/shop:ref:refs/heads/main' };
  const service = idTokenService((claims) => simulator.idToken({ ...claimsOfRun, ...claims }));
  return { ...service, env: service.env(await listen(service.server)) };
}
