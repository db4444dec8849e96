// No secret leaves a step: stories with every secret in every place, in every encoding, and a search through all that
// the step writes, sends and saves. What it prints is searched as the runner shows it.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallName, ScenarioSource } from '../simulator/simulator.ts';
import { openGitHubApi } from '../story/github-api.ts';
import { openWorld, type Told, tell, type World } from '../story/story.ts';
import { maskAsRunner } from './runner-mask.ts';

/** Given as a parameter that the job marks as sensitive; nobody else knows it. */
const sensitive = 'Qz7_v|K*2`m$X9!a&b<c>"d\'e/f+g ü';
/** Given as a parameter from `secrets`, and not marked by the job: GitHub masks it in the log. */
const unmarked = 'tok_en|sec`ret\\9-of-the-repository';

type Encode = (secret: string) => string;
const hexOf = (sign: string) => sign.charCodeAt(0).toString(16);
const escapeNonAscii: Encode = (text) =>
  text.replace(/[^ -~]/g, (sign) => `\\u${hexOf(sign).padStart(4, '0')}`);
const json: Encode = (secret) => JSON.stringify(secret).slice(1, -1);
const html =
  (quote: string, apostrophe: string): Encode =>
  (secret) =>
    secret
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', quote)
      .replaceAll("'", apostrophe);

const encodings: Readonly<Record<string, Encode>> = {
  'as it is': (secret) => secret,
  'in a URL': encodeURIComponent,
  'in a URL in lower-case hex': (secret) =>
    encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  'in a URL by RFC 3986': (secret) =>
    encodeURIComponent(secret).replace(/[!'()*]/g, (sign) => `%${hexOf(sign).toUpperCase()}`),
  'in a form': (secret) => new URLSearchParams({ '': secret }).toString().slice(1),
  'in JSON': json,
  'in JSON with escapes': (secret) => escapeNonAscii(json(secret)),
  'in JSON of Go': (secret) => json(secret).replace(/[<>&]/g, (sign) => `\\u00${hexOf(sign)}`),
  'in JSON twice': (secret) => json(json(secret)),
  'in HTML': html('&quot;', '&#39;'),
  'in HTML with numbers': html('&#34;', '&#39;'),
  'in XML': html('&quot;', '&apos;'),
  'in base64': (secret) => Buffer.from(secret).toString('base64'),
  'in base64 without padding': (secret) => Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  'in base64 for URLs': (secret) => Buffer.from(secret).toString('base64url'),
  'in base64 after a user': (secret) => Buffer.from(`u:${secret}:end`).toString('base64'),
  'in base64 after a longer user': (secret) => Buffer.from(`us:${secret}`).toString('base64'),
  'in hex': (secret) => Buffer.from(secret).toString('hex'),
  'in upper-case hex': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
};

interface Story {
  readonly world: World;
  readonly told: Told;
  /** Everything that leaves the step, by its way out. */
  readonly ways: Readonly<Record<string, string>>;
}

async function play(
  scenario: ScenarioSource,
  arrange: (world: World) => void = () => {},
  inputs: Readonly<Record<string, string>> = {},
): Promise<Story> {
  const workspace = mkdtempSync(join(tmpdir(), 'codearts-leaks-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  const api = await openGitHubApi();
  const world = await openWorld();
  arrange(world);
  const { ak, sk, securityToken } = world.simulator.temporaryKey;
  const told = await tell({
    world,
    job: { scenario, parameters: [{ name: 'password', sensitive: true }, { name: 'token' }] },
    inputs: {
      'access-key': ak,
      'secret-key': sk,
      'security-token': securityToken,
      parameters: JSON.stringify({ password: sensitive, token: unmarked }),
      'commit-status': 'codearts',
      'github-token': 'ghs_a_token_of_the_job',
      'log-file': 'build.log',
      ...inputs,
    },
    env: { GITHUB_API_URL: api.url, GITHUB_WORKSPACE: workspace },
    debugging: true,
  });
  const { recorder } = told;
  const saved = join(workspace, 'build.log');
  // Names and addresses of artifacts are handed on as they are: later steps need them.
  const outputs = [...recorder.outputs].filter(([name]) => !/^artifact|^images$/.test(name));
  return {
    world,
    told,
    ways: {
      log: maskAsRunner(recorder.stdout, [...recorder.masks, unmarked, ak, sk, securityToken]),
      ...Object.fromEntries(outputs.map(([name, value]) => [`output ${name}`, value])),
      summary: recorder.summaryMarkdown,
      'commit status': api.statuses.map(({ body }) => String(body['description'])).join('\n'),
      state: [...recorder.states.values()].join('\n'),
      'saved log': told.output('log-file') === '' ? '' : readFileSync(saved, 'utf8'),
    },
  };
}

/** What Markdown and HTML make of a text, undone. */
function plain(text: string): string {
  return text
    .replace(/\u2060|\\(?=[^\w\s])/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/** Half of a secret is one, too. */
function windowsOf(secret: string): readonly string[] {
  return Array.from({ length: secret.length - 9 }, (_, at) => secret.slice(at, at + 10));
}

function expectNoLeak({ world, ways }: Story): void {
  const { sk, securityToken } = world.simulator.temporaryKey;
  const secrets = { sensitive, unmarked, sk, securityToken, githubToken: 'ghs_a_token_of_the_job' };
  const leaks: string[] = [];
  for (const [way, text] of Object.entries(ways)) {
    for (const [name, secret] of Object.entries(secrets)) {
      // In the log the runner masks what is the repository's, in the encodings that it knows.
      if (way === 'log' && name === 'unmarked') continue;
      for (const [how, encode] of Object.entries(encodings)) {
        if (!/after a/.test(how) && text.includes(encode(secret))) leaks.push(`${name} ${how} in ${way}`);
      }
    }
    for (const part of way === 'log'
      ? windowsOf(sensitive)
      : [...windowsOf(sensitive), ...windowsOf(unmarked)]) {
      if (text.includes(part) || plain(text).includes(part)) leaks.push(`${JSON.stringify(part)} in ${way}`);
    }
  }
  expect(leaks).toEqual([]);
}

function failing(line: string, more: Partial<ScenarioSource> = {}): ScenarioSource {
  const steps = [{ name: 'Login', seconds: 2, result: 'error' as const, lines: [line] }];
  return { name: 'leaks', description: 'repeats what it was given', steps, ...more };
}

describe('finding 15: a secret does not leave', () => {
  it.each(Object.keys(encodings))('%s', async (how) => {
    const encode = encodings[how] ?? String;
    const line = `Error: login failed for ${encode(sensitive)} and ${encode(unmarked)}`;
    const story = await play(failing(line));
    expectNoLeak(story);
    expect(story.ways['output error']).toMatch(/login failed for \S*\*\*\*/);
    expect(story.ways['saved log']).toMatch(/login failed for \S*\*\*\*/);
    expect(story.ways['summary']).toMatch(/login failed for \S*\*\*\*/);
  });
});

describe('findings 2 and 3: what the workflow gives as a parameter does not leave', () => {
  it.each([
    ['by the reason', failing(`fatal: unauthorized: token ${unmarked} was refused`)],
    [
      'by the name of a step',
      failing('x', { steps: [{ name: `Use ${unmarked}`, seconds: 1, result: 'error', lines: ['x'] }] }),
    ],
    ["by CodeArts' message", failing('x', { errorMessage: `${sensitive} and ${unmarked}` })],
    [
      'by the artifacts in the summary',
      failing('x', { steps: [{ name: 'a', seconds: 1, lines: [sensitive, unmarked] }] }),
    ],
  ])('%s', async (_, scenario) => {
    expectNoLeak(await play(scenario));
  });

  it('by names of branch, tag, and parameters of the record', async () => {
    const names = /^(?:branch|tag|display_name|name|codeBranch|err_msg|job_name)$/;
    const arrange = ({ simulator }: World) => {
      for (const call of ['record', 'details'] as const) {
        simulator.faults.add({
          call,
          kind: 'rewrite',
          times: 1_000,
          rewrite: (body) =>
            JSON.parse(JSON.stringify(body), (key, value: unknown) =>
              typeof value === 'string' && names.test(key) ? `${value} ${unmarked} ${sensitive}` : value,
            ),
        });
      }
    };
    expectNoLeak(await play(failing('x'), arrange));
  });
});

describe('finding 6: no half of a secret leaves', () => {
  const calls: readonly CallName[] = ['job', 'start', 'record', 'log', 'full-log', 'details', 'output'];
  it.each(calls)('where a rejection of %s is cut', async (call) => {
    const arrange = ({ simulator }: World) => {
      const { sk, securityToken } = simulator.temporaryKey;
      const message = `${'x'.repeat(280)} ${sensitive} ${unmarked} ${sk}`;
      const headers = { 'x-request-id': `id ${securityToken}` };
      const rejection = {
        kind: 'status',
        status: 403,
        code: `C ${securityToken}`,
        message,
        headers,
      } as const;
      simulator.faults.add({ call, ...rejection, times: 1_000 });
    };
    expectNoLeak(await play(failing('x'), arrange));
  });

  it('where a long name is cut', async () => {
    const long = `${'x'.repeat(190)}${unmarked}`;
    const steps = [{ name: long, seconds: 1, result: 'error' as const, lines: ['Error: broken'] }];
    expectNoLeak(await play(failing('x', { steps, errorMessage: `${'y'.repeat(9_990)}${unmarked}` })));
  });

  it('where a long line is cut', async () => {
    const long = [-40, -20, -5].map((by) => `${'x'.repeat(32 * 1024 + by)}${sensitive}${'y'.repeat(99)}`);
    const steps = [{ name: 'Long', seconds: 2, lines: long }];
    expectNoLeak(await play({ name: 'long', description: 'has long lines', steps }));
  });

  it('where an excerpt and a reason are cut', async () => {
    expectNoLeak(await play(failing(`Error: ${'x'.repeat(380)} ${sensitive}`)));
    expectNoLeak(await play(failing(`Error: ${'x'.repeat(985)} ${unmarked}`)));
  });
});

it('finding 24: a sensitive value is hidden without the blanks around it, and line by line', async () => {
  const value = `\n  ${sensitive}\r  second line of it\n`;
  const lines = [`a ${sensitive} b`, 'c second line of it d'];
  const { ways } = await play(failing('x', { steps: [{ name: 'Login', seconds: 1, lines }] }), undefined, {
    parameters: JSON.stringify({ password: value }),
  });
  expect(Object.entries(ways).filter(([, text]) => /second line of it|Qz7_v/.test(text))).toEqual([]);
});
