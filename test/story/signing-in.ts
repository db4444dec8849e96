// What the tests of signing in share: runs with nothing but the given inputs to sign in with, and what is seen of them.

import { listen } from '../loopback.ts';
import { type IdTokenService, idTokenService } from '../simulator/id-token-service.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { type StoryOptions, type Told, tell, type World } from './story.ts';

const noKeys = { 'access-key': '', 'secret-key': '' };

/** A run that has nothing but these inputs to sign in with. */
export async function tellWith(
  inputs: Readonly<Record<string, string>>,
  options: StoryOptions & { world: World },
): Promise<Told> {
  const { url } = options.world.simulator;
  return await tell({ ...options, inputs: { 'iam-endpoint': url, ...noKeys, ...inputs } });
}

export function verdicts({ simulator }: World): ReadonlySet<string> {
  const signIns = new Set(['token', 'id-token', 'assume-with-oidc']);
  // A call of an edition that is switched off is not checked.
  const calls = simulator.requests.filter(({ call }) => !signIns.has(call) && call !== 'unknown');
  return new Set(calls.map(({ verdict }) => verdict));
}

export function errors({ recorder }: Told): readonly string[] {
  return recorder.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
}

/** All that anybody can read of the step. */
export function shown({ recorder }: Told): string {
  return [recorder.stdout, ...recorder.outputs.values(), ...recorder.states.values()].join('\n');
}

/** GitHub's token service for a job, on this machine until the test ends. Signs with the simulator's key. */
export async function startIdTokenService(
  simulator: Simulator,
): Promise<Omit<IdTokenService, 'env'> & { readonly env: Readonly<Record<string, string>> }> {
  const claimsOfRun = { aud: 'https://github.com/octo', sub: 'repo:octo/shop:ref:refs/heads/main' };
  const service = idTokenService((claims) => simulator.idToken({ ...claimsOfRun, ...claims }));
  return { ...service, env: service.env(await listen(service.server)) };
}
