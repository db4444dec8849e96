// What a workflow gives in the wrong place, and what other people write into it: a secret in an input that quotes it, an
// address with a password, a text of several lines among parameters.

import { describe, expect, it } from 'vitest';
import { openWorld, runStep, type StepRun } from '../story/story.ts';
import { maskAsRunner } from './runner-mask.ts';

function shown({ recorder }: StepRun): string {
  return [recorder.stdout, recorder.commands, recorder.summaryMarkdown, ...recorder.outputs.values()].join(
    '\n',
  );
}

const addresses = ['endpoint', 'iam-endpoint', 'sts-endpoint', 'artifact-endpoint', 'console-url'];
const quoted = [
  ...addresses,
  'job-id',
  'job-name',
  'project-id',
  'build-number',
  'region',
  'wait',
  'log',
  'log-level',
  'log-timestamps',
  'timeout-minutes',
  'poll-interval',
  'fail-on-failure',
  'stop-on-cancel',
  'allow-forks',
  'source',
  'commit-id',
  'branch',
  'tag',
  'commit-status',
  'iam-project-id',
  'oidc-duration-seconds',
  'parameters',
  'log-file',
  'summary',
  'reuse-successful',
];

describe('a secret of more than 80 characters', () => {
  const secret =
    'eyJhbGciOiJSUzI1NiJ9.Qz7vKm2X9a4cFdeGfTg1pUoWnR5sYh8bLkJ3iVtNxZ6qCwEuDyAsMoHrPlBe0.7mGkSxQ2';

  it.each(quoted)(
    'is not shown, nor a part of it that GitHub can not mask, when it is given as %s',
    async (name) => {
      const world = await openWorld();
      const step = await runStep({ world, inputs: { [name]: secret } });
      const text = maskAsRunner(shown(step), [secret]);
      const parts = Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8));
      expect(parts.filter((part) => text.includes(part))).toEqual([]);
    },
  );
});

describe('a password in an address', () => {
  const forms = [
    'ftp://user:pa55w0rd@host.example',
    'http://user:pa55w0rd@host.example',
    'https://user:pa55w0rd@host.example',
    'user:pa55w0rd@host.example',
    '//user:pa55w0rd@host.example/x',
    'https://user:pa55w0rd@host example',
  ];
  it.each(addresses.flatMap((name) => forms.map((address) => ({ name, address }))))(
    'is not shown when $address is given as $name',
    async ({ name, address }) => {
      const step = await runStep({ inputs: { [name]: address } });
      expect({ code: step.code, shows: shown(step).includes('pa55w0rd') }).toEqual({ code: 1, shows: false });
    },
  );
});

describe('a text of several lines that other people wrote', () => {
  const message = 'Fix a typo\nRELEASE=true\nx=1';

  async function startedWith(parameters: string): Promise<unknown> {
    const world = await openWorld();
    const job = { parameters: [{ name: 'MESSAGE' }, { name: 'RELEASE' }, { name: 'x' }] };
    await runStep({ world, job, inputs: { parameters } });
    const { body = '{}' } = world.simulator.requests.find(({ call }) => call === 'start') ?? {};
    const { parameter }: { parameter: readonly { name: string }[] } = JSON.parse(body);
    return parameter.filter(({ name }) => name !== 'codeBranch');
  }

  it('is one parameter when it is given as JSON', async () => {
    expect(await startedWith(`{"MESSAGE": ${JSON.stringify(message)}}`)).toEqual([
      { name: 'MESSAGE', value: message },
    ]);
  });

  it('sets further parameters when it is given as a line', async () => {
    expect(await startedWith(`MESSAGE=${message}`)).toEqual([
      { name: 'MESSAGE', value: 'Fix a typo' },
      { name: 'RELEASE', value: 'true' },
      { name: 'x', value: '1' },
    ]);
  });
});
