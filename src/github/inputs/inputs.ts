// Reads and checks every input before any request, into one readonly object. All problems are reported at once, each in
// one line that names the input, what is wrong with it and what is expected; none shows a secret.

import type { Credentials } from '../../huaweicloud/credentials.ts';
import { isWellFormedRegion, knownRegions } from '../../huaweicloud/regions.ts';
import { quote, similarNames } from '../../text.ts';
import { buildUrlFields } from '../report/build-report.ts';
import type { MissingSecretsReason } from '../source/event.ts';
import type { SourceInputs } from '../source/resolve-source.ts';
import { readCredentials } from './credentials.ts';
import { InputReader, type InputSource, withoutUser } from './input-reader.ts';
import { type Parameter, parseParameters } from './parameters.ts';

export type Inputs = Readonly<ReturnType<typeof readValues>> & { readonly credentials: Credentials };

export interface InputsResult {
  /** Good for a run only where there are no problems. */
  readonly inputs: Inputs;
  readonly problems: readonly string[];
  /** True where the inputs for signing in are missing or incomplete, as they are when secrets are empty. */
  readonly lacksCredentials: boolean;
}

/** @param missingSecrets why the workflow's secrets are empty, where the event says so */
export function readInputs(source: InputSource, missingSecrets?: MissingSecretsReason): InputsResult {
  const reader = new InputReader(source);
  const { parameters, problems } = parseParameters(source.exactInput('parameters'));
  const place = readPlace(reader);
  const credentials = readCredentials(reader, place, missingSecrets);
  const inputs: Inputs = {
    ...readValues(reader, place, parameters),
    credentials: typeof credentials === 'string' ? noCredentials : credentials,
  };
  reader.problems.push(...problems);
  checkTogether(inputs, reader);
  return { inputs, problems: reader.problems, lacksCredentials: credentials === 'missing' };
}

function readValues(
  reader: InputReader,
  place: ReturnType<typeof readPlace>,
  parameters: readonly Parameter[],
) {
  const source: SourceInputs = {
    source: reader.choice('source', ['workflow', 'job'], 'workflow'),
    commitId: reader.raw('commit-id'),
    branch: reader.raw('branch'),
    tag: reader.raw('tag'),
    allowForks: reader.boolean('allow-forks') ?? false,
  };
  const timeoutMinutes =
    reader.number('timeout-minutes', 1, 525_600, 'whole minutes from 1 to 525600') ?? 360;
  const pollSeconds = reader.number('poll-interval', 1, 60, 'whole seconds from 1 to 60') ?? 5;
  return {
    ...place,
    job: readJob(reader),
    parameters,
    source,
    /** Follow this build instead of starting one. */
    buildNumber: readBuildNumber(reader),
    /** Reuse a successful build of the same commit and parameters instead of starting one. */
    reuseSuccessful: reader.boolean('reuse-successful') ?? false,
    wait: reader.boolean('wait') ?? true,
    timeoutMs: timeoutMinutes * 60_000,
    pollIntervalMs: pollSeconds * 1_000,
    /** Undefined: not said, so that a build which this step started is stopped, and one that it follows is not. */
    stopOnCancel: reader.boolean('stop-on-cancel'),
    failOnFailure: reader.boolean('fail-on-failure') ?? true,
    /** off: nothing that the build wrote may appear anywhere. */
    log: reader.choice('log', ['stream', 'on-failure', 'off'], 'stream'),
    logTimestamps: reader.choice('log-timestamps', ['keep', 'strip'], 'keep'),
    /** Where the complete log is saved, as given; empty: nowhere. */
    logFile: reader.raw('log-file'),
    /** Of the saved log. */
    logLevel: reader.choice('log-level', ['INFO', 'DEBUG'], 'INFO'),
    summary: reader.boolean('summary') ?? true,
    /** The name of the commit status; empty: none is published. */
    commitStatus: reader.text('commit-status', /^[^\r\n]{1,100}$/, 'a name of at most 100 characters'),
    githubToken: reader.secret('github-token', "a token such as the job's github.token"),
    /** Template of the link to the build's page; empty: from the region. */
    consoleUrl: readConsoleUrl(reader),
  };
}

/** Used where a problem was reported instead. */
const noCredentials: Credentials = { kind: 'token', token: '', from: 'nowhere' };

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
  if (inputs.logLevel === 'DEBUG' && inputs.logFile === '') {
    reader.addError('log-level', "can't be DEBUG without log-file: it is the level of the saved log alone");
  }
  if (inputs.buildNumber !== undefined) checkFollowed(inputs, reader);
}

/** A build that is followed was started elsewhere: what it builds, and with what, is decided. */
function checkFollowed({ source, parameters, reuseSuccessful, wait }: Inputs, reader: InputReader): void {
  reader.rejectGiven(['commit-id', 'branch', 'tag'], notWithBuildNumber);
  if (source.source === 'job') reader.addError('source', notWithBuildNumber);
  if (parameters.length > 0) reader.addError('parameters', notWithBuildNumber);
  if (reuseSuccessful) {
    reader.addError(
      'reuse-successful',
      "can't be true with build-number, which already identifies the build",
    );
  }
  if (!wait)
    reader.addError('wait', "can't be false with build-number: there is nothing to do but to follow");
}

const notWithBuildNumber = "can't be given with build-number, which follows a build that was already started";

function readBuildNumber(reader: InputReader): number | undefined {
  const value = reader.raw('build-number');
  if (!/^\d{8}\.\d+$/.test(value)) {
    return reader.number('build-number', 1, Number.MAX_SAFE_INTEGER, 'a build number, such as 7');
  }
  reader.addError(
    'build-number',
    `${quote(value)} is the daily build number, which the console shows; expected the number that counts all builds of the build task, such as 7: the output build-number of the step that started it`,
  );
  return undefined;
}

function readConsoleUrl(reader: InputReader): string {
  const template = reader.raw('console-url');
  if (template !== '' && !/^https?:\/\/\S+$/.test(template)) {
    const shown = quote(withoutUser(template));
    reader.addError('console-url', `${shown} is not valid; expected an http or https address`);
  }
  // Later steps and the summary get the address.
  if (template !== withoutUser(template)) {
    reader.addError('console-url', 'must not hold a user or password');
  }
  const unknown = [...template.matchAll(/\{([^{}]*)\}/g)]
    .map(([, field = '']) => field)
    .find((field) => !buildUrlFields.some((known) => known === field));
  if (unknown !== undefined) {
    const fields = buildUrlFields.map((field) => `{${field}}`).join(', ');
    reader.addError('console-url', `there is no field ${quote(`{${unknown}}`)}; expected ${fields}`);
  }
  return template;
}

/** CodeArts Build's hosts are built from the region; private clouds have endpoints of their own. */
function readPlace(reader: InputReader) {
  const region = reader.raw('region') || reader.env('HUAWEI_CLOUD_REGION');
  if (region !== '' && !isWellFormedRegion(region)) {
    reader.addError('region', `${quote(region)} is not a region; expected a name such as cn-north-4`);
  }
  if (region === '' && reader.raw('endpoint') === '') {
    reader.addError(
      'region',
      'missing; expected the region of the build task, such as cn-north-4 (or HUAWEI_CLOUD_REGION in the environment)',
    );
  }
  // Origin and path prefix of a service, without a trailing slash; empty: from the region.
  return {
    /** Empty when only an endpoint is given. */
    region,
    /** Of CodeArts Build. */
    endpoint: reader.endpoint('endpoint', 'cloudbuild-ext'),
    iamEndpoint: reader.endpoint('iam-endpoint', 'iam', 'HUAWEICLOUD_SDK_IAM_ENDPOINT'),
    stsEndpoint: reader.endpoint('sts-endpoint', 'sts', 'HUAWEICLOUD_SDK_STS_ENDPOINT'),
    artifactEndpoint: reader.endpoint('artifact-endpoint', 'cloudartifacts-ext'),
    iamProjectId: reader.text('iam-project-id', /^[0-9a-f]{32}$/i, '32 hexadecimal characters'),
  };
}

/** Notices about where the requests will go, before the first one. */
export function placeNotices({ region, endpoint }: Inputs): readonly string[] {
  if (endpoint !== '' || knownRegions.includes(region)) return [];
  const [similar] = similarNames(region, knownRegions);
  const advice =
    similar === undefined
      ? "If it is misspelt, correct it; if the region's service has an address of its own, give it as endpoint."
      : `Did you mean ${similar}?`;
  return [
    `region: ${quote(region)} is not known to this version of the action, and is used anyway. ${advice}`,
  ];
}

export type JobRef =
  | { readonly by: 'id'; readonly jobId: string; readonly projectId?: undefined }
  | { readonly by: 'name'; readonly projectId: string; readonly jobName: string };

/** Where a problem was reported, the result is not to be used. */
function readJob(reader: InputReader): JobRef {
  const jobId = idInUrl(reader.raw('job-id'));
  const projectId = reader.raw('project-id');
  const jobName = reader.raw('job-name');
  if (projectId !== '' && !/^[a-z0-9]{32}$/i.test(projectId)) {
    reader.addError(
      'project-id',
      `${quote(projectId)} is not a project ID; expected 32 letters and digits, as in the project page's address`,
    );
  }
  if (jobId !== '') {
    checkJobId(reader, jobId, jobName, projectId);
    return { by: 'id', jobId };
  }
  if (jobName === '' && projectId === '') {
    reader.addError(
      'job-id',
      "missing; expected the 32 characters at the end of the build task's address, or project-id and job-name",
    );
  } else if (jobName === '') {
    reader.addError('job-name', 'missing; project-id and job-name go together (or give job-id alone)');
  } else if (projectId === '') {
    reader.addError(
      'project-id',
      "missing; job-name is searched for in one CodeArts project: expected the 32 characters in its page's address",
    );
  }
  return { by: 'name', projectId, jobName };
}

/** The id in the address of the job's page, or the value itself where it is no such address. */
function idInUrl(value: string): string {
  const page = /^https?:\/\/\S+\/detail\/history\/([a-z0-9]{32})(?![a-z0-9])/.exec(value);
  return page?.[1] ?? value;
}

function checkJobId(reader: InputReader, jobId: string, jobName: string, projectId: string): void {
  if (jobName !== '') {
    reader.addError(
      'job-name',
      "can't be given with job-id, which already identifies the build task; remove one of them",
    );
  }
  if (jobId === projectId) {
    reader.addError(
      'job-id',
      "is the same as project-id; expected the 32 characters at the end of the build task's address",
    );
  }
  if (/^[a-z0-9]{32}$/.test(jobId)) return;
  reader.addError(
    'job-id',
    `${quote(jobId)} is not a job ID; expected 32 lower-case letters and digits, as at the end of the build task's address`,
  );
}
