// What the workflow asks for: every input read and checked before any request, into one readonly object.
// All problems at once, each one line that names the input, the fault and what is expected. Never echoes a secret.
// Makes no request, prints nothing.

import { isWellFormedRegion } from '../huaweicloud/regions.ts';
import { type Parameter, parseParameters } from './parameters.ts';
import type { SourceChoice } from './source.ts';

export interface Inputs {
  /** Empty when only an endpoint is given. */
  readonly region: string;
  /** Origin and path prefix of CodeArts Build, without a trailing slash; empty: from the region. */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Empty for permanent keys. */
  readonly securityToken: string;
  readonly iamProjectId: string;
  readonly jobId: string;
  readonly parameters: readonly Parameter[];
  readonly source: SourceChoice;
  /** Follow this build instead of starting one. */
  readonly buildNumber: number | undefined;
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly pollIntervalMs: number;
  /** Undefined: not said, so that a build which this step started is stopped, and one that it follows is not. */
  readonly stopOnCancel: boolean | undefined;
  readonly failOnFailure: boolean;
  /** off: nothing that the build wrote may appear anywhere. */
  readonly log: 'stream' | 'on-failure' | 'off';
  readonly logTimestamps: 'keep' | 'strip';
  /** Where the complete log is saved, as given; empty: nowhere. */
  readonly logFile: string;
  /** Of the saved log. */
  readonly logLevel: 'INFO' | 'DEBUG';
  readonly summary: boolean;
  /** The name of the commit status; empty: none is published. */
  readonly commitStatus: string;
  readonly githubToken: string;
  /** Template of the link to the build's page; empty: from the region. */
  readonly consoleUrl: string;
}

export interface InputsResult {
  /** Good for a run only where there are no problems. */
  readonly inputs: Inputs;
  readonly problems: readonly string[];
}

/** Where inputs come from: the step's `with`, and the environment for what it leaves out. */
export interface InputSource {
  /** Trimmed; empty when not given. */
  input(name: string): string;
  /** With every blank that stands in it. */
  exactInput(name: string): string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function readInputs(source: InputSource): InputsResult {
  const reader = new Reader(source);
  const { parameters, problems } = parseParameters(source.exactInput('parameters'));
  const buildNumber = reader.number('build-number', 1, Number.MAX_SAFE_INTEGER, 'a build number, such as 7');
  const inputs: Inputs = {
    ...readPlace(reader),
    ...readKeys(reader),
    iamProjectId: reader.text('iam-project-id', /^[0-9a-f]{32}$/i, '32 hexadecimal characters'),
    jobId: readJobId(reader),
    parameters,
    source: {
      source: reader.choice('source', ['workflow', 'job'], 'workflow'),
      ...optional('commitId', source.input('commit-id')),
      ...optional('branch', source.input('branch')),
      ...optional('tag', source.input('tag')),
      allowForks: reader.truth('allow-forks') ?? false,
    },
    buildNumber,
    wait: reader.truth('wait') ?? true,
    timeoutMs: (reader.number('timeout-minutes', 1, 525_600, 'whole minutes, 1 or more') ?? 360) * 60_000,
    pollIntervalMs: (reader.number('poll-interval', 1, 60, 'whole seconds from 1 to 60') ?? 5) * 1_000,
    stopOnCancel: reader.truth('stop-on-cancel'),
    failOnFailure: reader.truth('fail-on-failure') ?? true,
    log: reader.choice('log', ['stream', 'on-failure', 'off'], 'stream'),
    logTimestamps: reader.choice('log-timestamps', ['keep', 'strip'], 'keep'),
    logFile: reader.given('log-file'),
    logLevel: reader.choice('log-level', ['INFO', 'DEBUG'], 'INFO'),
    summary: reader.truth('summary') ?? true,
    commitStatus: reader.text('commit-status', /^[^\r\n]{1,100}$/, 'a name of at most 100 characters'),
    githubToken: reader.given('github-token'),
    consoleUrl: reader.text('console-url', /^https?:\/\/\S+$/, 'an http or https address'),
  };
  reader.problems.push(...problems);
  checkTogether(inputs, reader);
  return { inputs, problems: reader.problems };
}

function checkTogether(inputs: Inputs, reader: Reader): void {
  if (inputs.log === 'off' && inputs.logFile !== '') {
    reader.problem('log-file', 'can’t be given with log: off, which reads no log at all');
  }
  if (inputs.commitStatus !== '' && inputs.githubToken === '') {
    reader.problem(
      'github-token',
      'missing; commit-status needs one, such as the job’s github.token with the permission statuses: write',
    );
  }
  if (inputs.buildNumber === undefined) return;
  if (inputs.parameters.length > 0) {
    reader.problem(
      'parameters',
      'can’t be given with build-number, which follows a build that has its parameters already',
    );
  }
  if (!inputs.wait)
    reader.problem('wait', 'can’t be false with build-number: there is nothing to do but to follow');
}

/** CodeArts Build's hosts are built from the region; private clouds have endpoints of their own. */
function readPlace(reader: Reader): Pick<Inputs, 'region' | 'endpoint'> {
  const region = reader.given('region') || reader.env('HUAWEI_CLOUD_REGION');
  const endpoint = reader.endpoint('endpoint');
  if (region !== '' && !isWellFormedRegion(region)) {
    reader.problem('region', `${quote(region)} is not a region; expected a name such as cn-north-4`);
  }
  if (region === '' && reader.given('endpoint') === '') {
    reader.problem(
      'region',
      'missing; expected the region of the job, such as cn-north-4 (or HUAWEI_CLOUD_REGION in the environment)',
    );
  }
  return { region, endpoint };
}

/** In the environment: huaweicloud/auth-action's names, then the official SDKs', then the reference's. */
const keyNames = [
  ['HUAWEI_CLOUD_ACCESS_KEY_ID', 'HUAWEI_CLOUD_SECRET_ACCESS_KEY', ''],
  ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK', 'HUAWEICLOUD_SDK_SECURITY_TOKEN'],
  ['CLOUD_SDK_AK', 'CLOUD_SDK_SK', ''],
] as const;

function readKeys(reader: Reader): Pick<Inputs, 'accessKey' | 'secretKey' | 'securityToken'> {
  const accessKey = reader.given('access-key');
  const secretKey = reader.given('secret-key');
  const securityToken = reader.given('security-token');
  if (accessKey !== '' && secretKey !== '') {
    if (/\s/.test(accessKey))
      reader.problem('access-key', 'has blanks inside; expected the AK as the console shows it');
    if (/\s/.test(secretKey))
      reader.problem('secret-key', 'has blanks inside; expected the SK as the console shows it');
    return { accessKey, secretKey, securityToken };
  }
  if (accessKey !== '' || secretKey !== '' || securityToken !== '') {
    const missing = accessKey === '' ? 'access-key' : 'secret-key';
    reader.problem(
      missing,
      'missing; access-key and secret-key go together (is the secret set, and visible to this workflow?)',
    );
    return { accessKey, secretKey, securityToken };
  }
  for (const [ak, sk, token] of keyNames) {
    const [key, secret] = [reader.env(ak), reader.env(sk)];
    if (key === '' && secret === '') continue;
    if (key === '' || secret === '') {
      reader.problem(
        key === '' ? 'access-key' : 'secret-key',
        `missing: the environment has ${key === '' ? sk : ak} but not ${key === '' ? ak : sk}`,
      );
    }
    return { accessKey: key, secretKey: secret, securityToken: token === '' ? '' : reader.env(token) };
  }
  reader.problem(
    'access-key',
    'missing; expected access-key and secret-key of an IAM user (secrets are empty in runs for forks and Dependabot)',
  );
  return { accessKey: '', secretKey: '', securityToken: '' };
}

function readJobId(reader: Reader): string {
  const jobId = reader.given('job-id');
  if (jobId === '') {
    reader.problem('job-id', 'missing; expected the 32 characters at the end of the job page’s address');
  } else if (!/^[a-z0-9]{32}$/.test(jobId)) {
    reader.problem(
      'job-id',
      `${quote(jobId)} is no job id; expected 32 lower-case letters and digits, as at the end of the job page’s address`,
    );
  }
  return jobId;
}

class Reader {
  readonly problems: string[] = [];
  readonly #source: InputSource;

  constructor(source: InputSource) {
    this.#source = source;
  }

  problem(name: string, fault: string): void {
    this.problems.push(`${name}: ${fault}.`);
  }

  given(name: string): string {
    return this.#source.input(name);
  }

  env(name: string): string {
    return this.#source.env[name]?.trim() ?? '';
  }

  text(name: string, form: RegExp, expected: string): string {
    const value = this.given(name);
    if (value !== '' && !form.test(value))
      this.problem(name, `${quote(value)} is not valid; expected ${expected}`);
    return value;
  }

  number(name: string, least: number, most: number, expected: string): number | undefined {
    const value = this.given(name);
    if (value === '') return undefined;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    this.problem(name, `${quote(value)} is not valid; expected ${expected}`);
    return undefined;
  }

  truth(name: string): boolean | undefined {
    const value = this.given(name);
    if (value === '') return undefined;
    const known = value.toLowerCase();
    if (known === 'true' || known === 'false') return known === 'true';
    this.problem(name, `${quote(value)} is not valid; expected true or false`);
    return undefined;
  }

  choice<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const value = this.given(name);
    if (value === '') return otherwise;
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined)
      this.problem(name, `${quote(value)} is not valid; expected ${choices.join(' or ')}`);
    return chosen ?? otherwise;
  }

  /** https, or http to this machine; no credentials, query or fragment; without a trailing slash. */
  endpoint(name: string): string {
    const value = this.given(name);
    if (value === '') return '';
    const expected = 'expected an address such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com';
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      this.problem(name, `${quote(value)} is not an address; ${expected}`);
    } else if (url.username !== '' || url.password !== '') {
      this.problem(name, `must not hold a user or password; ${expected}`);
    } else if (url.search !== '' || url.hash !== '') {
      this.problem(name, `must not have a query or fragment; ${expected}`);
    } else if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
      this.problem(name, `must use https: keys and logs would go over the network in the clear; ${expected}`);
    }
    return value.replace(/\/+$/, '');
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function quote(value: string): string {
  const shown = value.length > 60 ? `${value.slice(0, 59)}…` : value;
  return JSON.stringify(shown);
}

function optional<K extends string>(key: K, value: string): { [P in K]?: string } {
  const out: { [P in K]?: string } = {};
  if (value !== '') out[key] = value;
  return out;
}
