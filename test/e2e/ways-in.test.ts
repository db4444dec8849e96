// Each way of signing in and each mode through the built action, as a runner runs it: processes, real time, real sockets.

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ActionOptions, type ActionResult, runAction, runStep, startAction } from '../runner/runner.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';
import { startIdTokenService } from '../story/signing-in.ts';

async function open(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ speed: 100, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

const keys = ({ accessKey }: Simulator) => ({ 'access-key': accessKey.ak, 'secret-key': accessKey.sk });

function optionsOf(
  simulator: Simulator,
  jobId: string,
  { inputs = {}, ...options }: ActionOptions = {},
): ActionOptions {
  const place = { region: 'cn-north-4', endpoint: simulator.url, 'iam-endpoint': simulator.url };
  return { ...options, inputs: { ...place, 'job-id': jobId, ...inputs } };
}

function shown({ stdout, stderr, outputs, state, summary }: ActionResult): string {
  const lines = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  return [...lines, stderr, ...outputs.values(), ...state.values(), summary].join('\n');
}

describe('the built action signs in', () => {
  const ways: readonly [
    string,
    (simulator: Simulator) => Readonly<Record<string, string>>,
    readonly string[],
  ][] = [
    ['auth-token', (simulator) => ({ 'auth-token': simulator.token() }), ['token']],
    ['access-key', keys, ['signed']],
    [
      'security-token',
      ({ temporaryKey: { ak, sk, securityToken } }) => ({
        'access-key': ak,
        'secret-key': sk,
        'security-token': securityToken,
      }),
      ['signed'],
    ],
    [
      'iam-password',
      ({ user }) => ({ 'iam-domain': user.domain, 'iam-user': user.name, 'iam-password': user.password }),
      ['open', 'token'],
    ],
  ];
  it.each(ways)('with %s', async (_, inputsOf, verdicts) => {
    const simulator = await open();
    const { id } = simulator.addJob({ name: 'shop' });
    const inputs = inputsOf(simulator);
    const result = await runAction(optionsOf(simulator, id, { inputs }));
    expect(result.outputs.get('result')).toBe('success');
    expect([...new Set(simulator.requests.map(({ verdict }) => verdict))]).toEqual(verdicts);
    const secrets = ['secret-key', 'security-token', 'auth-token', 'iam-password'].flatMap(
      (name) => inputs[name] ?? [],
    );
    for (const secret of secrets) expect(shown(result)).not.toContain(secret);
  });

  it('with identity-provider, and renews its token in the midst of the log without showing it', async () => {
    const simulator = await open({ tokenSeconds: 2, speed: 1 });
    const service = await startIdTokenService(simulator);
    const lines = Array.from({ length: 60 }, (_, line) => `line ${line}`);
    const scenario = {
      name: 'steady',
      description: 'a line every tenth of a second',
      steps: [{ name: 'Steady', seconds: 6, lines }],
    };
    const { id } = simulator.addJob({ name: 'shop', scenario });
    const inputs = { 'identity-provider': 'github-actions', 'poll-interval': '1' };
    const result = await runAction(optionsOf(simulator, id, { inputs, env: service.env }));
    expect(result.outputs.get('result')).toBe('success');
    expect(simulator.count('id-token')).toBeGreaterThan(2);
    const tokens = simulator.requests.flatMap(({ headers }) => headers['x-auth-token'] ?? []);
    for (const secret of new Set([...tokens, ...service.given])) {
      expect(result.masks).toContain(secret);
      expect(result.lines.map(({ text }) => text).join('\n')).not.toContain(secret);
    }
    expect(result.runnerErrors).toEqual([]);
  });

  it('with the environment', async () => {
    const simulator = await open();
    const { id } = simulator.addJob({ name: 'shop' });
    const { ak, sk } = simulator.accessKey;
    const env = { HUAWEI_CLOUD_ACCESS_KEY_ID: ak, HUAWEI_CLOUD_SECRET_ACCESS_KEY: sk };
    const result = await runAction(optionsOf(simulator, id, { env }));
    expect(result.outputs.get('result')).toBe('success');
    expect(shown(result)).not.toContain(sk);
  });
});

describe('the built action', () => {
  it('finds a job by its name, starts it in one job and follows it in another', async () => {
    const simulator = await open({ speed: 4 });
    simulator.addJob({ name: 'shop' });
    const job = { 'job-id': '', 'project-id': simulator.projectId, 'job-name': 'shop', ...keys(simulator) };
    const started = await runStep(optionsOf(simulator, '', { inputs: { ...job, wait: 'false' } }));
    expect(started.main.outputs.get('result')).toBe('running');
    const buildNumber = started.main.outputs.get('build-number') ?? '';
    const followed = await runAction(
      optionsOf(simulator, '', { inputs: { ...job, 'build-number': buildNumber } }),
    );
    expect(followed.outputs.get('result')).toBe('success');
    expect(followed.outputs.get('record-id')).toBe(started.main.outputs.get('record-id'));
    expect(simulator.count('start')).toBe(1);
  });

  it('leaves a build that it follows running when it is cancelled, and its post step does too', async () => {
    const simulator = await open({ speed: 1 });
    const { id } = simulator.addJob({ name: 'shop' });
    const inputs = keys(simulator);
    await runAction(optionsOf(simulator, id, { inputs: { ...inputs, wait: 'false' } }));
    const options = optionsOf(simulator, id, { inputs: { ...inputs, 'build-number': '1' } });
    const follower = startAction(options);
    await sleep(2_000);
    follower.cancel();
    const { state, exitCode } = await follower.done;
    expect(exitCode).toBe(1);
    await runAction({ ...options, entry: 'post', state });
    expect(simulator.count('stop')).toBe(0);
  });

  it('takes a successful build of the same commit instead of a new one', async () => {
    const simulator = await open();
    const { id } = simulator.addJob({ name: 'shop' });
    const options = optionsOf(simulator, id, { inputs: { ...keys(simulator), 'reuse-successful': 'true' } });
    const first = await runAction(options);
    const second = await runAction(options);
    expect(first.outputs.get('reused')).toBe('false');
    expect(second.outputs.get('reused')).toBe('true');
    expect(second.outputs.get('artifacts')).toBe(first.outputs.get('artifacts'));
    expect(simulator.count('start')).toBe(1);
  });

  it('follows its own build in each of 20 jobs of a matrix that start at once', async () => {
    const simulator = await open({ speed: 10 });
    const { id } = simulator.addJob({ name: 'shop', parameters: [{ name: 'leg' }] });
    const legs = Array.from({ length: 20 }, (_, leg) => String(leg));
    const results = await Promise.all(
      legs.map((leg) =>
        runAction(optionsOf(simulator, id, { inputs: { ...keys(simulator), parameters: `leg=${leg}` } })),
      ),
    );
    const builds = simulator.builds(id);
    expect(builds).toHaveLength(20);
    for (const [index, { outputs }] of results.entries()) {
      const own = builds.find(({ facts }) => facts.parameters['leg'] === legs[index]);
      expect(outputs.get('result')).toBe('success');
      expect(outputs.get('record-id')).toBe(own?.recordId);
    }
  });

  it("refuses a fork's commit where the event holds the repository's secrets", async () => {
    const simulator = await open();
    const { id } = simulator.addJob({ name: 'shop' });
    const sha = '6113728f27ae82c7b1a177c8d03f9e96e0adf246';
    const head = { sha, ref: 'fix', repo: { full_name: 'stranger/shop' } };
    const payload = { action: 'opened', pull_request: { number: 7, state: 'open', head } };
    const event = { name: 'pull_request_target', payload, sha, ref: 'refs/heads/main' };
    const options = optionsOf(simulator, id, { inputs: keys(simulator), event });
    const refused = await runAction(options);
    expect(refused.exitCode).toBe(1);
    expect(refused.annotations).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('set allow-forks: true to build it anyway'),
      }),
    ]);
    expect(simulator.count()).toBe(0);
    const allowed = await runAction(
      optionsOf(simulator, id, { inputs: { ...keys(simulator), 'allow-forks': 'true' }, event }),
    );
    expect(allowed.outputs.get('commit-id')).toBe(sha);
  });
});
