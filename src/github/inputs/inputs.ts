// What the workflow asks for: every input read and checked before any request, into one readonly object.
// All problems at once, each one line that names the input, the fault and what is expected. Never echoes a secret.
// Makes no request, prints nothing.

import { isKnownRegion, isWellFormedRegion } from '../../huaweicloud/regions.ts';
import { quote } from '../../text.ts';
import type { MissingSecretsReason } from '../source/missing-secrets.ts';
import type { SourceInputs } from '../source/resolve-source.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { InputReader, type InputSource } from './input-reader.ts';
import { type Parameter, parseParameters } from './parameters.ts';

export interface Inputs {
  /** Empty when only an endpoint is given. */
  readonly region: string;
  /** Origin and path prefix of CodeArts Build, without a trailing slash; empty: from the region. */
  readonly endpoint: string;
  /** Of IAM, like `endpoint`. */
  readonly iamEndpoint: string;
  readonly credentials: Credentials;
  readonly iamProjectId: string;
  readonly job: JobRef;
  readonly parameters: readonly Parameter[];
  readonly source: SourceInputs;
  /** Follow this build instead of starting one. */
  readonly buildNumber: number | undefined;
  /** Take a successful build of the same commit and parameters instead of a new one. */
  readonly reuseSuccessful: boolean;
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

/** @param secretless why the workflow's secrets are empty, where the event says so */
export function readInputs(source: InputSource, secretless?: MissingSecretsReason): InputsResult {
  const reader = new InputReader(source);
  const { parameters, problems } = parseParameters(source.exactInput('parameters'));
  const place = readPlace(reader);
  const iamProjectId = reader.text('iam-project-id', /^[0-9a-f]{32}$/i, '32 hexadecimal characters');
  const credentials = readCredentials(reader, { ...place, iamProjectId }, secretless);
  const inputs: Inputs = {
    ...place,
    credentials,
    iamProjectId,
    job: readJob(reader),
    parameters,
    source: {
      source: reader.choice('source', ['workflow', 'job'], 'workflow'),
      ...optional('commitId', source.input('commit-id')),
      ...optional('branch', source.input('branch')),
      ...optional('tag', source.input('tag')),
      allowForks: reader.boolean('allow-forks') ?? false,
    },
    buildNumber: reader.number('build-number', 1, Number.MAX_SAFE_INTEGER, 'a build number, such as 7'),
    reuseSuccessful: reader.boolean('reuse-successful') ?? false,
    wait: reader.boolean('wait') ?? true,
    timeoutMs:
      (reader.number('timeout-minutes', 1, 525_600, 'whole minutes from 1 to 525600') ?? 360) * 60_000,
    pollIntervalMs: (reader.number('poll-interval', 1, 60, 'whole seconds from 1 to 60') ?? 5) * 1_000,
    stopOnCancel: reader.boolean('stop-on-cancel'),
    failOnFailure: reader.boolean('fail-on-failure') ?? true,
    log: reader.choice('log', ['stream', 'on-failure', 'off'], 'stream'),
    logTimestamps: reader.choice('log-timestamps', ['keep', 'strip'], 'keep'),
    logFile: reader.raw('log-file'),
    logLevel: reader.choice('log-level', ['INFO', 'DEBUG'], 'INFO'),
    summary: reader.boolean('summary') ?? true,
    commitStatus: reader.text('commit-status', /^[^\r\n]{1,100}$/, 'a name of at most 100 characters'),
    githubToken: reader.secret('github-token', "a token such as the job's github.token"),
    consoleUrl: reader.text('console-url', /^https?:\/\/\S+$/, 'an http or https address'),
  };
  reader.problems.push(...problems);
  checkTogether(inputs, reader);
  return { inputs, problems: reader.problems };
}

function checkTogether(inputs: Inputs, reader: InputReader): void {
  if (inputs.log === 'off' && inputs.logFile !== '') {
    reader.addError('log-file', "can't be given with log: off, which reads no log at all");
  }
  if (!inputs.wait && inputs.logFile !== '') {
    reader.addError('log-file', "can't be given with wait: false, which ends before there is a log");
  }
  if (inputs.commitStatus !== '' && inputs.githubToken === '') {
    reader.addError(
      'github-token',
      "missing; commit-status needs one, such as the job's github.token with the permission statuses: write",
    );
  }
  if (inputs.buildNumber === undefined) return;
  if (inputs.parameters.length > 0) {
    reader.addError(
      'parameters',
      "can't be given with build-number, which follows a build that has its parameters already",
    );
  }
  if (inputs.reuseSuccessful) {
    reader.addError(
      'reuse-successful',
      "can't be true with build-number, which says already which build to take",
    );
  }
  if (!inputs.wait)
    reader.addError('wait', "can't be false with build-number: there is nothing to do but to follow");
}

/** CodeArts Build's hosts are built from the region; private clouds have endpoints of their own. */
function readPlace(reader: InputReader): Pick<Inputs, 'region' | 'endpoint' | 'iamEndpoint'> {
  const region = reader.raw('region') || reader.env('HUAWEI_CLOUD_REGION');
  const endpoint = reader.endpoint('endpoint', 'cloudbuild-ext');
  const iamEndpoint = reader.endpoint('iam-endpoint', 'iam');
  if (region !== '' && !isWellFormedRegion(region)) {
    reader.addError('region', `${quote(region)} is not a region; expected a name such as cn-north-4`);
  }
  if (region === '' && reader.raw('endpoint') === '') {
    reader.addError(
      'region',
      'missing; expected the region of the job, such as cn-north-4 (or HUAWEI_CLOUD_REGION in the environment)',
    );
  }
  return { region, endpoint, iamEndpoint };
}

/** What is worth a word before the first request, and no error. */
export function placeNotices({ region, endpoint }: Inputs): readonly string[] {
  if (endpoint !== '' || isKnownRegion(region)) return [];
  return [
    `region: ${quote(region)} is not known to this version of the action; it is tried all the same. If it is a typing error, correct it; if the region's service has an address of its own, give it as endpoint.`,
  ];
}

function optional<K extends string>(key: K, value: string): { [P in K]?: string } {
  const out: { [P in K]?: string } = {};
  if (value !== '') out[key] = value;
  return out;
}

export type JobRef =
  | { readonly by: 'id'; readonly jobId: string }
  | { readonly by: 'name'; readonly projectId: string; readonly jobName: string };

/** Where a problem was told, what comes back is not to be used. */
export function readJob(reader: InputReader): JobRef {
  const jobId = reader.raw('job-id');
  const projectId = reader.raw('project-id');
  const jobName = reader.raw('job-name');
  if (projectId !== '' && !/^[a-z0-9]{32}$/i.test(projectId)) {
    reader.addError(
      'project-id',
      `${quote(projectId)} is no project id; expected 32 letters and digits, as at the end of the project page's address`,
    );
  }
  if (jobId !== '') {
    checkId(reader, jobId, jobName);
    return { by: 'id', jobId };
  }
  if (jobName === '' && projectId === '') {
    reader.addError(
      'job-id',
      "missing; expected the 32 characters at the end of the job page's address, or project-id and job-name",
    );
  } else if (jobName === '') {
    reader.addError('job-name', 'missing; project-id and job-name go together (or give job-id alone)');
  } else if (projectId === '') {
    reader.addError(
      'project-id',
      "missing; job-name is looked for in one CodeArts project: expected the 32 characters at the end of its page's address",
    );
  }
  return { by: 'name', projectId, jobName };
}

function checkId(reader: InputReader, jobId: string, jobName: string): void {
  if (jobName !== '') {
    reader.addError(
      'job-name',
      "can't be given with job-id, which already says which job it is; remove one of them",
    );
  }
  if (/^[a-z0-9]{32}$/.test(jobId)) return;
  reader.addError(
    'job-id',
    `${quote(jobId)} is no job id; expected 32 lower-case letters and digits, as at the end of the job page's address`,
  );
}
