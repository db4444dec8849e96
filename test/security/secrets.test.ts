// Secrets stay where they belong: whatever happens, nothing that a step writes holds one, in any form; and they are
// sent to no host but the endpoint's.

import { createServer, type IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../loopback.ts';
import type { CallName, Fault, ScenarioName } from '../simulator/simulator.ts';
import { openWorld, runPostStep, runStep, type StepRun, type World } from '../story/story.ts';

const parameterSecret = 'a+secret/value=with "quotes" & %percent ünïcode';

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    encodeURIComponent(secret),
    base64,
    base64.replace(/=+$/, ''),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** Everything that a step leaves behind, as one text. Masks are not in it: the runner never shows them. */
function everything({ recorder }: StepRun): string {
  return JSON.stringify([
    recorder.stdout,
    [...recorder.outputs],
    [...recorder.states],
    recorder.annotations,
    recorder.summaryMarkdown,
  ]);
}

function expectNoSecret(world: World, step: StepRun): void {
  const text = everything(step);
  const { accessKey, temporaryKey } = world.simulator;
  const secrets = [accessKey.ak, accessKey.sk, temporaryKey.ak, temporaryKey.sk, temporaryKey.securityToken];
  for (const form of [...secrets, parameterSecret].flatMap(formsOf)) {
    expect(text.includes(form), `${form} in what the step wrote`).toBe(false);
    expect(text.includes(JSON.stringify(form).slice(1, -1)), `${form} in what the step wrote`).toBe(false);
  }
}

async function tellSecretly(scenario: ScenarioName, faults: readonly Fault[], inputs = {}): Promise<StepRun> {
  const world = await openWorld();
  for (const fault of faults) world.simulator.faults.add(fault);
  const { ak, sk, securityToken } = world.simulator.temporaryKey;
  const options = {
    debugging: true,
    http: { answerTimeoutMs: 150, connectTimeoutMs: 1_000 },
    inputs: {
      'access-key': ak,
      'secret-key': sk,
      'security-token': securityToken,
      parameters: JSON.stringify({ token: parameterSecret }),
      ...inputs,
    },
  };
  const job = { scenario, parameters: [{ name: 'token', sensitive: true }] };
  const step = await runStep({ ...options, world, job });
  expectNoSecret(world, step);
  expectNoSecret(world, await runPostStep(step, options));
  expect(step.recorder.masks).toEqual(
    expect.arrayContaining([ak, sk, securityToken, encodeURIComponent(sk)]),
  );
  return step;
}

describe('nothing that a step writes holds a secret', () => {
  it.each<ScenarioName>([
    'success',
    'failing-compile',
    'failing-test',
    'never-scheduled',
    'stopped',
    'progress-bars',
    'npm-success',
    'hostile',
  ])('in the scenario %s', async (scenario) => {
    const { world } = await tellSecretly(scenario, []);
    expect(world.simulator.requests[0]?.verdict).toBe('signed');
  });

  const calls: readonly CallName[] = ['start', 'record', 'log', 'details', 'output'];
  const strikes: readonly ((call: CallName) => Fault)[] = [
    (call) => ({ call, kind: 'reset-before' }),
    (call) => ({ call, kind: 'reset-after' }),
    (call) => ({ call, kind: 'hang-before' }),
    (call) => ({ call, kind: 'truncated' }),
    (call) => ({ call, kind: 'html' }),
    (call) => ({ call, kind: 'empty-body' }),
    (call) => ({ call, kind: 'not-json' }),
    (call) => ({ call, kind: 'throttled' }),
    (call) => ({ call, kind: 'too-frequent' }),
    (call) => ({ call, kind: 'busy' }),
    (call) => ({ call, kind: 'status-fail' }),
    (call) => ({ call, kind: 'skew', ms: 1_200_000, times: 1 }),
  ];
  it.each(calls.flatMap((call) => strikes.map((strike) => strike(call))))(
    'when $call meets $kind',
    async (fault) => {
      await tellSecretly('success', [fault]);
    },
  );

  it.each(['start', 'record', 'log', 'full-log', 'details', 'output', 'stop'] as const)(
    "when a refusal of %s quotes the caller's keys",
    async (call) => {
      const { ak, sk, securityToken } = (await openWorld()).simulator.temporaryKey;
      const message = `bad ${ak} ${encodeURIComponent(sk)} ${Buffer.from(securityToken).toString('base64')} ${sk}`;
      const quoting = { kind: 'status', status: 403, code: 'APIGW.0302', message, times: 9 } as const;
      const faults: Fault[] = [{ call, ...quoting }];
      if (call === 'full-log') faults.push({ call: 'log', ...quoting });
      const inputs = call === 'stop' ? { 'timeout-minutes': '1' } : {};
      const step = await tellSecretly(call === 'stop' ? 'silent-minute' : 'success', faults, inputs);
      expect(step.recorder.stdout).toContain('bad *** *** *** ***');
    },
  );

  it('when the keys are wrong', async () => {
    const world = await openWorld();
    const step = await runStep({ world, debugging: true, inputs: { 'secret-key': 'a-wrong-secret-key' } });
    expect({ code: step.code, requests: world.simulator.count() }).toEqual({ code: 1, requests: 1 });
    expect(everything(step)).not.toContain('a-wrong-secret-key');
    expect(step.lastLine).toMatch(
      /^::error::CodeArts rejected the request to read the definition of the build task: .*APIGW\.0301.* Check the access key \(the inputs access-key and secret-key\)/,
    );
    expectNoSecret(world, step);
  });
});

/** A host that writes down what it is sent. */
async function untrustedServer(): Promise<{ url: string; got: IncomingMessage[] }> {
  const got: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    got.push(request);
    response.end('{}');
  });
  return { url: await listen(server), got };
}

describe('credentials', () => {
  const places: readonly CallName[] = ['start', 'record', 'log', 'full-log', 'details', 'output'];
  it.each(places.flatMap((call) => [301, 302, 303, 307, 308].map((status) => ({ call, status }))))(
    'do not follow $call where HTTP $status leads',
    async ({ call, status }) => {
      const { url, got } = await untrustedServer();
      const world = await openWorld();
      onTestFinished(() => expect(got).toEqual([]));
      const redirect = { kind: 'status', status, code: '', headers: { Location: `${url}/v3/jobs` } } as const;
      world.simulator.faults.add({ call, ...redirect, times: 1_000 });
      if (call === 'full-log') world.simulator.faults.add({ call: 'log', ...redirect, times: 1_000 });
      const step = await runStep({ world });
      expect(world.simulator.faults.injected).toBeGreaterThan(0);
      expectNoSecret(world, step);
    },
  );

  it('go to the endpoint alone, each request signed', async () => {
    const step = await runStep();
    const { requests } = step.world.simulator;
    expect(new Set(requests.map(({ verdict }) => verdict))).toEqual(new Set(['signed']));
    expect(new Set(requests.map(({ headers }) => headers['host']))).toEqual(
      new Set([new URL(step.world.simulator.url).host]),
    );
  });

  it('are never part of an address', async () => {
    const { world } = await tellSecretly('success', []);
    const { ak, sk, securityToken } = world.simulator.temporaryKey;
    for (const { path, query } of world.simulator.requests) {
      for (const secret of [ak, sk, securityToken]) expect(`${path}?${query}`).not.toContain(secret);
    }
  });
});
