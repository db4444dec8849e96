// Tests sign-ins that are rejected, fail for a while or expire during a long build: the errors and retries.

import { describe, expect, it } from 'vitest';
import { errors, runStepWith, shown, startIdTokenService } from './signing-in.ts';
import { openWorld, runStep } from './story.ts';

describe('a rejected sign-in', () => {
  it('is reported with reason, code, request id and a remedy, and is not retried', async () => {
    const world = await openWorld();
    const user = {
      'iam-domain': 'simulator-domain',
      'iam-user': 'builder',
      'iam-password': 'wrong-password',
    };
    const step = await runStepWith(user, { world });
    expect(errors(step)).toEqual([
      expect.stringMatching(
        /^IAM \(127\.0\.0\.1:\d+\) rejected the sign-in: The username or password is wrong \(IAM\.0001, HTTP 401, request \w+\)\. Check iam-domain, iam-user and iam-password/,
      ),
    ]);
    expect(world.simulator.count()).toBe(1);
  });

  it('is reported without the password that IAM quotes', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    const message = `${password} is not the password of ${name}`;
    world.simulator.faults.add({ call: 'token', kind: 'status', status: 401, code: 'IAM.0001', message });
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    const step = await runStepWith(user, { world });
    expect(step.output('error')).toContain(
      'rejected the sign-in: *** is not the password of builder (IAM.0001',
    );
    expect(shown(step)).not.toContain(password);
  });

  it('is reported without a part of the password at the end of a message that was cut', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    const message = `${'x'.repeat(294)} ${password}`;
    world.simulator.faults.add({ call: 'token', kind: 'status', status: 401, code: 'IAM.0001', message });
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    const step = await runStepWith(user, { world });
    expect(shown(step)).toContain(`${'x'.repeat(294)} ***`);
    expect(shown(step)).not.toContain(password.slice(0, 4));
  });

  it('requests no ID token over plain http, which would show the request token', async () => {
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'http://tokens.example.com/idtoken',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    };
    const world = await openWorld();
    const step = await runStepWith({ 'identity-provider': 'github' }, { world, env });
    expect(errors(step)).toEqual([
      expect.stringMatching(/^identity-provider: GitHub's token service has a plain http address/),
    ]);
  });

  it('is reported without any part of the ID token that IAM quotes', async () => {
    const world = await openWorld();
    const service = await startIdTokenService(world.simulator);
    const rejection = { kind: 'status', status: 401, code: 'IAM.0001', times: 9 } as const;
    let quoted = '';
    world.simulator.faults.add({
      call: 'id-token',
      kind: 'rewrite',
      times: 9,
      rewrite: (body) => body,
      when: () => {
        quoted = service.given.at(-1) ?? '';
        world.simulator.faults.add({ call: 'id-token', ...rejection, message: `no use for ${quoted}` });
        return false;
      },
    });
    const step = await runStepWith({ 'identity-provider': 'github' }, { world, env: service.env });
    expect(step.output('error')).toContain('no use for ***');
    expect(shown(step)).not.toContain(quoted.slice(0, 30));
  });

  it('names the identity provider that IAM does not know', async () => {
    const world = await openWorld();
    const service = await startIdTokenService(world.simulator);
    const step = await runStepWith({ 'identity-provider': 'gitlab' }, { world, env: service.env });
    expect(errors(step)).toEqual([
      expect.stringMatching(
        /HTTP 404.*Check identity-provider: it is the name of an OpenID Connect provider in IAM\.$/,
      ),
    ]);
  });

  it('is not reported as a build failure if the access key is wrong', async () => {
    const world = await openWorld();
    const step = await runStepWith({ 'access-key': 'UNKNOWNKEY12', 'secret-key': 'sksksksksk' }, { world });
    expect(errors(step)).toEqual([
      expect.stringMatching(
        /\(APIGW\.0301, HTTP 401, request \w+\)\. Check the access key \(the inputs access-key and secret-key\)/,
      ),
    ]);
    expect(step.output('result')).toBe('');
    expect(world.simulator.count() - world.simulator.count('unknown')).toBe(1);
  });

  it('is not retried for minutes if a key in the environment has an invisible character', async () => {
    const world = await openWorld();
    const begun = world.time.now();
    const env = { HUAWEICLOUD_SDK_AK: 'UNKNOWNKEY12\u200b', HUAWEICLOUD_SDK_SK: 'sksksksksk' };
    const step = await runStep({ world, inputs: { 'access-key': '', 'secret-key': '' }, env });
    expect(errors(step)).toEqual([
      expect.stringMatching(/check the keys or the token for an invalid character/),
    ]);
    expect({ tookMs: world.time.now() - begun, requests: world.simulator.count() }).toEqual({
      tookMs: 0,
      requests: 0,
    });
  });

  it('is not reported as a build failure if the token has expired', async () => {
    const world = await openWorld();
    const token = world.simulator.token();
    world.simulator.revokeTokens();
    const step = await runStepWith({ 'auth-token': token }, { world });
    expect(errors(step)).toEqual([expect.stringMatching(/Check auth-token: it must not have expired/)]);
  });
});

describe('a transient failure of a sign-in', () => {
  it('is retried if IAM is down twice', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    world.simulator.faults.add({ call: 'token', kind: 'status', status: 503 });
    world.simulator.faults.add({ call: 'token', kind: 'reset-before', after: 1 });
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    expect((await runStepWith(user, { world })).code).toBe(0);
    expect(world.simulator.count('token')).toBe(3);
  });

  it("is retried if GitHub's token service is down twice", async () => {
    const world = await openWorld();
    const service = await startIdTokenService(world.simulator);
    service.failWith.push({ status: 503, body: '' }, { status: 502, body: '<html>Bad gateway</html>' });
    const step = await runStepWith({ 'identity-provider': 'github-actions' }, { world, env: service.env });
    expect(step.code).toBe(0);
    expect(service.audiences).toHaveLength(3);
  });

  it('requests a new ID token for each attempt', async () => {
    const world = await openWorld();
    const service = await startIdTokenService(world.simulator);
    world.simulator.faults.add({ call: 'id-token', kind: 'status', status: 500, times: 2 });
    const step = await runStepWith({ 'identity-provider': 'github-actions' }, { world, env: service.env });
    expect(step.code).toBe(0);
    const sent = world.simulator.requests
      .filter(({ call }) => call === 'id-token')
      .map(({ body }) => JSON.parse(body).auth.id_token.id);
    expect(sent).toEqual(service.given);
    expect(new Set(sent).size).toBe(3);
  });

  it('is reported as what it is: a token service that stays down, a rejection, a network error', async () => {
    const world = await openWorld();
    const service = await startIdTokenService(world.simulator);
    const inputs = { 'identity-provider': 'github-actions' };
    service.failWith.push(...Array.from({ length: 1000 }, () => ({ status: 500, body: '' })));
    const outage = await runStepWith(inputs, { world, env: service.env });
    expect(errors(outage)[0]).toMatch(
      /GitHub's token service rejected the request for an ID token \(HTTP 500\); see githubstatus\.com/,
    );
    const wrong = { ...service.env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-token-of-another-job' };
    service.failWith.length = 0;
    const rejected = await runStepWith(inputs, { world, env: wrong });
    expect(errors(rejected)[0]).toMatch(
      /\(HTTP 401\); check “permissions: id-token: write” of the job, and that it has not run for longer than 6 hours/,
    );
    const nowhere = { ...service.env, ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:1/idtoken?a=b' };
    const lost = await runStepWith(inputs, { world, env: nowhere });
    expect(errors(lost)[0]).toMatch(
      /Could not get an ID token from GitHub: no answer from 127\.0\.0\.1:1 \(ECONNREFUSED\)/,
    );
  });
});

describe('credentials in a long build', () => {
  const threeHours = {
    name: 'long',
    description: 'three hours of silence',
    steps: [{ name: 'Integration', seconds: 3 * 3600, lines: ['begin'] }],
  };

  it('are renewed after four fifths of their lifetime, before a request is rejected', async () => {
    const world = await openWorld({ tokenSeconds: 3600 });
    const service = await startIdTokenService(world.simulator);
    const step = await runStepWith(
      { 'identity-provider': 'github-actions' },
      { world, env: service.env, job: { scenario: threeHours } },
    );
    expect(step.code).toBe(0);
    expect(world.simulator.count('id-token')).toBe(4);
    expect(new Set(service.given).size).toBe(4);
    expect(world.simulator.requests.filter(({ status }) => status === 401)).toEqual([]);
  });

  it('are renewed once if the service rejects them', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    const step = await runStepWith(user, {
      world,
      job: { scenario: threeHours },
      watch: (recorder) => {
        recorder.onWrite = (text) => {
          if (!text.includes('Build #1 started.')) return;
          void world.time.sleep(3_600_000).then(() => world.simulator.revokeTokens());
        };
      },
    });
    expect(step.code).toBe(0);
    expect(world.simulator.count('token')).toBe(2);
    expect(world.simulator.requests.filter(({ status }) => status === 401)).toHaveLength(1);
  });

  it("fail the step with an error that says so, and without a result, if they can't be renewed", async () => {
    const world = await openWorld({ tokenSeconds: 3600 });
    const token = world.simulator.token();
    const step = await runStepWith({ 'auth-token': token }, { world, job: { scenario: threeHours } });
    expect(step.code).toBe(1);
    expect(step.output('result')).not.toBe('failure');
    expect(step.lastLine).toMatch(
      /The credentials \(the input auth-token\) worked earlier in this step but are now rejected: they have expired or were revoked\. .* Build #1 of shop-backend may still be running\. See https:/,
    );
    expect(step.lastLine).not.toContain('failed');
  });

  it('are used until they expire while IAM is down', async () => {
    const world = await openWorld({ tokenSeconds: 4 * 3600 });
    const { domain, name, password } = world.simulator.user;
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    world.simulator.faults.add({ call: 'token', kind: 'status', status: 503, after: 1, times: 1000 });
    const longer = { ...threeHours, steps: [{ name: 'Integration', seconds: 3.9 * 3600, lines: ['begin'] }] };
    const step = await runStepWith(user, { world, job: { scenario: longer } });
    expect(step.code).toBe(0);
    expect(world.simulator.count('token')).toBeGreaterThan(5);
  });
});

it('does not follow redirects, so that keys and tokens reach the configured hosts only', async () => {
  const world = await openWorld();
  const elsewhere = await openWorld();
  const location = `${elsewhere.simulator.url}/v3/jobs/build`;
  world.simulator.faults.add({ call: '*', kind: 'status', status: 307, headers: { location }, times: 1000 });
  const step = await runStep({ world });
  expect(step.code).toBe(1);
  expect(elsewhere.simulator.count()).toBe(0);
});
