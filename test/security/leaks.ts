// Runs a step that knows every kind of secret, collects all that leaves it by its way out, and searches that for the
// secrets in every encoding, and for parts of them. What the step prints is searched as the runner shows it.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { defaultTrust, type ScenarioSource } from '../simulator/simulator.ts';
import { openGitHubApi } from '../story/github-api.ts';
import { startIdTokenService } from '../story/signing-in.ts';
import { openWorld, runStep, type StepRun, type World } from '../story/story.ts';
import { maskAsRunner } from './runner-mask.ts';

/** Given as a parameter that the job marks as sensitive; nobody else knows it. */
export const sensitive = 'Qz7_v|K*2`m$X9!a&b<c>"d\'e/f+g ü';
/** Given as a parameter from `secrets`, and not marked by the job: GitHub masks it in the log. */
export const unmarked = 'tok_en|w7`Zq\\9-kP3vX_hJ5sD8fRt';
export const githubToken = 'ghs_a_token_of_the_job';
const proxyPassword = 'pW-9d/of k+7Tz';

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

export const encodings: Readonly<Record<string, Encode>> = {
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

/** The ways to sign in, each with secrets of its own. */
export const signIns = ['access key', 'password', 'identity provider', 'agency'] as const;
export type SignIn = (typeof signIns)[number];

export interface LeakOptions {
  readonly world?: World;
  readonly arrange?: (world: World) => void;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly signIn?: SignIn;
  /** GitHub's answer to each commit status; 201 when left out. */
  readonly statusAnswer?: { readonly status: number; readonly message: string };
}

export interface Played {
  readonly step: StepRun;
  /** By name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Everything that leaves the step, by its way out. */
  readonly ways: Readonly<Record<string, string>>;
}

/** Runs a job of this scenario, with all that the step can publish. */
export async function play(scenario: ScenarioSource, options: LeakOptions = {}): Promise<Played> {
  const { arrange = () => {}, inputs = {}, signIn = 'access key' } = options;
  const workspace = mkdtempSync(join(tmpdir(), 'codearts-leaks-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  const { status = 201, message = '' } = options.statusAnswer ?? {};
  const api = await openGitHubApi(status, message);
  const world = options.world ?? (await openWorld());
  const by = await signInWith(signIn, world);
  arrange(world);
  const step = await runStep({
    world,
    job: { scenario, parameters: [{ name: 'password', sensitive: true }, { name: 'token' }] },
    inputs: {
      ...by.inputs,
      'iam-endpoint': world.simulator.url,
      parameters: JSON.stringify({ password: sensitive, token: unmarked }),
      'commit-status': 'codearts',
      'github-token': githubToken,
      'log-file': 'build.log',
      ...inputs,
    },
    env: {
      GITHUB_API_URL: api.url,
      GITHUB_WORKSPACE: workspace,
      HTTPS_PROXY: `http://user:${encodeURIComponent(proxyPassword)}@127.0.0.1:9`,
      NO_PROXY: '127.0.0.1',
      ...by.env,
    },
    debugging: true,
  });
  const { recorder } = step;
  const given = [unmarked, githubToken, ...Object.values(by.given)];
  const shownByRunner = (text: string) => maskAsRunner(text, [...recorder.masks, ...given]);
  return {
    step,
    secrets: { sensitive, unmarked, githubToken, proxyPassword, ...by.given, ...by.issued() },
    ways: {
      log: shownByRunner(recorder.stdout + recorder.commands),
      'own lines': shownByRunner(recorder.ownLines.join('\n')),
      ...Object.fromEntries([...recorder.outputs].map(outputOf)),
      ...Object.fromEntries(
        [...recorder.files].map(([, text], index) => [`file ${index}`, artifactsIn(text)]),
      ),
      summary: recorder.summaryMarkdown,
      'commit status': api.statuses.map(({ body }) => JSON.stringify(body)).join('\n'),
      state: [...recorder.states.values()].join('\n'),
      'saved log': step.output('log-file') === '' ? '' : readFileSync(join(workspace, 'build.log'), 'utf8'),
    },
  };
}

interface SignInSetup {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Secrets of the workflow, which GitHub knows. */
  readonly given: Readonly<Record<string, string>>;
  /** Secrets that were issued during the run. */
  readonly issued: () => Readonly<Record<string, string>>;
}

async function signInWith(signIn: SignIn, world: World): Promise<SignInSetup> {
  const { simulator } = world;
  const noKeys = { 'access-key': '', 'secret-key': '' };
  if (signIn === 'access key') {
    const { ak, sk, securityToken } = simulator.temporaryKey;
    const inputs = { 'access-key': ak, 'secret-key': sk, 'security-token': securityToken };
    return { inputs, env: {}, given: { sk, securityToken }, issued: () => ({}) };
  }
  if (signIn === 'password') {
    const { domain, name, password } = simulator.user;
    const inputs = { ...noKeys, 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    return { inputs, env: {}, given: { password }, issued: () => headersOf(world) };
  }
  const service = await startIdTokenService(simulator);
  const { providerUrn, agencyUrn } = defaultTrust;
  const inputs =
    signIn === 'agency'
      ? { 'oidc-provider-urn': providerUrn, 'oidc-agency-urn': agencyUrn, 'sts-endpoint': simulator.url }
      : { 'identity-provider': simulator.identityProvider.id };
  const issued = () => ({ idToken: service.given[0] ?? '', ...headersOf(world) });
  const requestToken = service.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  return { inputs: { ...noKeys, ...inputs }, env: service.env, given: { requestToken }, issued };
}

/** What the step proved itself with by its last call. */
export function headersOf({ simulator }: World): Readonly<Record<string, string>> {
  const headers = simulator.requests.find(({ call }) => call === 'record')?.headers ?? {};
  const { 'x-auth-token': authToken, 'x-security-token': issuedToken } = headers;
  return { ...(authToken ? { authToken } : {}), ...(issuedToken ? { issuedToken } : {}) };
}

function outputOf([name, value]: readonly [string, string]): readonly [string, string] {
  const handed = name === 'artifact-uris' || name === 'images';
  return [`output ${name}`, handed ? '' : name === 'artifacts' ? artifactsIn(value) : value];
}

/** Names, versions and addresses of artifacts stay as they are: later steps need them. */
function artifactsIn(text: string): string {
  const artifacts: readonly Readonly<Record<string, unknown>>[] = JSON.parse(text || '[]');
  return JSON.stringify(artifacts.map(({ child, kind }) => ({ child, kind })));
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

/** Shorter parts of the simulator's own keys are words of other texts. */
const partLengthOf = (secret: string) =>
  [sensitive, unmarked, githubToken, proxyPassword].includes(secret) ? 8 : 16;

/** Where secrets, encoded or not, or parts of them are found. */
export function leaksIn({ secrets, ways }: Played): readonly string[] {
  const leaks: string[] = [];
  for (const [way, text] of Object.entries(ways)) {
    for (const [name, secret] of Object.entries(secrets)) {
      if (secret === '') throw new Error(`the secret ${name} is empty`);
      // In the build's log the runner masks what is the repository's, in the encodings that it knows.
      if (way === 'log' && name === 'unmarked') continue;
      for (const [how, encode] of Object.entries(encodings)) {
        // Before and after the secret, base64 mixes its signs with those of its neighbours.
        const encoded = /after a/.test(how) ? encode(secret).slice(8, -8) : encode(secret);
        if (text.includes(encoded)) leaks.push(`${name} ${how} in ${way}`);
      }
      const part = partOf(secret, text) ?? partOf(secret, plain(text));
      if (part !== undefined) leaks.push(`${JSON.stringify(part)} of ${name} in ${way}`);
    }
  }
  return leaks;
}

/** Half of a secret is one, too. */
function partOf(secret: string, text: string): string | undefined {
  const length = partLengthOf(secret);
  for (let at = 0; at + length <= secret.length; at += 1) {
    const part = secret.slice(at, at + length);
    if (text.includes(part)) return part;
  }
  return undefined;
}

export function expectNoLeak(played: Played): void {
  expect(leaksIn(played)).toEqual([]);
}
