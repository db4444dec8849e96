// Bad inputs: each ends the step before any request, with one line that names the input, its fault and what to do.
// One table of all of them, so that what an input refuses is found at one place: longer than other files for that.

import { describe, expect, it } from 'vitest';
import { placeNotices, readInputs } from '../../../src/github/inputs/inputs.ts';
import { openWorld, runStep, type StoryOptions } from '../../story/story.ts';

interface BadInput {
  readonly inputs: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
  readonly env?: StoryOptions['env'];
}

// Pieces of the secrets in the cases below: a message may name an input, never show what it holds.
const secrets = ['secret-word', 'second-line', 'PRIVATE KEY', 'AK ID', 'xxxx'];

const long = 'x'.repeat(8_193);

const cases: Readonly<Record<string, BadInput>> = {
  // Where the job is.
  'no region': {
    inputs: { region: '', endpoint: '' },
    problems: [
      'region: missing; expected the region of the build task, such as cn-north-4 (or HUAWEI_CLOUD_REGION in the environment).',
    ],
  },
  'a region in capitals': {
    inputs: { region: 'CN-North-4' },
    problems: ['region: "CN-North-4" is not a region; expected a name such as cn-north-4.'],
  },
  'a region that is a host': {
    inputs: { region: 'evil.example/' },
    problems: ['region: "evil.example/" is not a region; expected a name such as cn-north-4.'],
  },
  'a region with a blank inside': {
    inputs: { region: 'cn north 4' },
    problems: ['region: "cn north 4" is not a region; expected a name such as cn-north-4.'],
  },
  'an endpoint without a scheme': {
    inputs: { endpoint: 'cloudbuild-ext.cn-north-4.myhuaweicloud.com' },
    problems: [
      'endpoint: "cloudbuild-ext.cn-north-4.myhuaweicloud.com" is not an address; expected an address such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com.',
    ],
  },
  'an endpoint in the clear': {
    inputs: { endpoint: 'http://cloudbuild.example.com' },
    problems: [
      'endpoint: must use https: keys and logs would go over the network in the clear; expected an address such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com.',
    ],
  },
  'an endpoint that only looks like this machine': {
    inputs: { endpoint: 'http://localhost.example.com' },
    problems: [
      'endpoint: must use https: keys and logs would go over the network in the clear; expected an address such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com.',
    ],
  },
  'an endpoint with credentials': {
    inputs: { endpoint: 'https://user:secret-word@build.example.com' },
    problems: [
      'endpoint: must not contain a user name or password; expected an address such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com.',
    ],
  },
  'an endpoint with a query': {
    inputs: { endpoint: 'https://build.example.com/?a=b' },
    problems: [
      'endpoint: must not have a query or fragment; expected an address such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com.',
    ],
  },
  'an endpoint of another scheme': {
    inputs: { endpoint: 'ftp://build.example.com' },
    problems: [
      'endpoint: "ftp://build.example.com" is not an address; expected an address such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com.',
    ],
  },
  // Who asks.
  'no keys': {
    inputs: { 'access-key': '', 'secret-key': '' },
    problems: [
      'No credentials: access-key is empty and no other sign-in input is set. Check that the secret exists in this repository or environment; reusable workflows need "secrets: inherit".',
    ],
  },
  'no secret key': {
    inputs: { 'secret-key': '' },
    problems: [
      'secret-key: missing; access-key and secret-key go together (is the secret set, and visible to this workflow?).',
    ],
  },
  'no access key': {
    inputs: { 'access-key': '' },
    problems: [
      'access-key: missing; access-key and secret-key go together (is the secret set, and visible to this workflow?).',
    ],
  },
  'a token without keys': {
    inputs: { 'access-key': '', 'secret-key': '', 'security-token': 'token' },
    problems: [
      'access-key: missing, and so is secret-key; access-key and secret-key go together (is the secret set, and visible to this workflow?).',
    ],
  },
  'an access key with a blank inside': {
    inputs: { 'access-key': 'AK ID' },
    problems: ['access-key: has blanks inside; expected the AK as the console shows it.'],
  },
  'a secret key of two lines': {
    inputs: { 'secret-key': 'first-line\nsecond-line' },
    problems: ['secret-key: has blanks inside; expected the SK as the console shows it.'],
  },
  'half a pair of keys in the environment': {
    inputs: { 'access-key': '', 'secret-key': '' },
    env: { HUAWEICLOUD_SDK_AK: 'AKID' },
    problems: [
      'secret-key: missing: the environment has HUAWEICLOUD_SDK_AK but not HUAWEICLOUD_SDK_SK; set both or neither.',
    ],
  },
  'a project id that is none': {
    inputs: { 'iam-project-id': 'my-project' },
    problems: ['iam-project-id: "my-project" is not valid; expected 32 hexadecimal characters.'],
  },
  // What is built.
  'no job id': {
    inputs: { 'job-id': '' },
    problems: [
      "job-id: missing; expected the 32 characters at the end of the build task's address, or project-id and job-name.",
    ],
  },
  'a job id in capitals': {
    inputs: { 'job-id': 'F9D6C8466D614A9788E9A0ACF6C15F46' },
    problems: [
      'job-id: "F9D6C8466D614A9788E9A0ACF6C15F46" is not a job ID; expected 32 lower-case letters and digits, as at the end of the build task\'s address.',
    ],
  },
  'a job id that is the project id': {
    inputs: { 'job-id': 'a'.repeat(32), 'project-id': 'a'.repeat(32) },
    problems: [
      "job-id: is the same as project-id; expected the 32 characters at the end of the build task's address.",
    ],
  },
  'an access key and a secret key that are swapped': {
    inputs: { 'access-key': `secret-word${'x'.repeat(29)}`, 'secret-key': 'SIMULATORFAKEACCESS1' },
    problems: [
      'access-key: access-key and secret-key look swapped: the AK has 20 characters, the SK 40; here it is the other way round.',
    ],
  },
  'swapped keys in the environment': {
    inputs: { 'access-key': '', 'secret-key': '' },
    env: { HUAWEICLOUD_SDK_AK: `secret-word${'x'.repeat(29)}`, HUAWEICLOUD_SDK_SK: 'SIMULATORFAKEACCESS1' },
    problems: [
      'access-key: HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK look swapped: the AK has 20 characters, the SK 40; here it is the other way round.',
    ],
  },
  'an audience without an identity provider': {
    inputs: { 'oidc-audience': 'codearts' },
    problems: [
      "oidc-audience: can't be given without identity-provider or oidc-provider-urn: it is the audience of the ID token that the identity provider accepts.",
    ],
  },
  'a secret in the wrong input': {
    inputs: { 'job-id': 'secret-word'.repeat(10) },
    problems: [
      "job-id: a text of 110 characters is not a job ID; expected 32 lower-case letters and digits, as at the end of the build task's address.",
    ],
  },
  'a password in an endpoint of another scheme': {
    inputs: { endpoint: 'ftp://user:secret-word@build.example.com' },
    problems: [
      'endpoint: "ftp://build.example.com" is not an address; expected an address such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com.',
    ],
  },
  'a password in an endpoint without a scheme': {
    inputs: { endpoint: 'user:secret-word@build.example.com' },
    problems: [
      'endpoint: "build.example.com" is not an address; expected an address such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com.',
    ],
  },
  'the console as the endpoint': {
    inputs: { endpoint: 'https://devcloud.cn-north-4.huaweicloud.com/cicd' },
    problems: [
      'endpoint: "devcloud.cn-north-4.huaweicloud.com" is the console, which people open in a browser; expected an address such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com.',
    ],
  },
  'a level of the saved log without log-file': {
    inputs: { 'log-level': 'DEBUG' },
    problems: ["log-level: can't be DEBUG without log-file: it is the level of the saved log alone."],
  },
  'a key with an invisible character': {
    inputs: { 'access-key': 'AKID\u200b' },
    problems: [
      'access-key: has an invalid character, perhaps an invisible one; expected the AK as the console shows it.',
    ],
  },
  'an auth token with an invisible character': {
    inputs: { 'access-key': '', 'secret-key': '', 'auth-token': 'secret-word\u200b' },
    problems: [
      'auth-token: has an invalid character, perhaps an invisible one; expected a token as IAM gives it in X-Subject-Token.',
    ],
  },
  'a github token with an invisible character': {
    inputs: { 'commit-status': 'codearts', 'github-token': 'secret-word\u200b' },
    problems: [
      "github-token: has an invalid character, perhaps an invisible one; expected a token such as the job's github.token.",
    ],
  },
  'a log-file of a build that is not waited for': {
    inputs: { wait: 'false', 'log-file': 'build.log' },
    problems: ["log-file: can't be given with wait: false, which ends before there is a log."],
  },
  'a job id that is too short': {
    inputs: { 'job-id': 'f9d6c8466d614a9788e9a0acf6c15f4' },
    problems: [
      'job-id: "f9d6c8466d614a9788e9a0acf6c15f4" is not a job ID; expected 32 lower-case letters and digits, as at the end of the build task\'s address.',
    ],
  },
  'a job id with a path': {
    inputs: { 'job-id': '../../v3/jobs/f9d6c8466d614a978' },
    problems: [
      'job-id: "../../v3/jobs/f9d6c8466d614a978" is not a job ID; expected 32 lower-case letters and digits, as at the end of the build task\'s address.',
    ],
  },
  'a job id that is the address of another page': {
    inputs: { 'job-id': 'https://devcloud.cn-north-4.huaweicloud.com/x/f9d6c8466d614a9788e9a0acf6c1' },
    problems: [
      'job-id: "https://devcloud.cn-north-4.huaweicloud.com/x/f9d6c8466d614a9788e9a0acf6c1" is not a job ID; expected 32 lower-case letters and digits, as at the end of the build task\'s address.',
    ],
  },
  'a commit id that is short': {
    inputs: { 'commit-id': 'a3daced' },
    problems: ['commit-id: "a3daced" is not a full commit ID; expected 40 hexadecimal digits.'],
  },
  'a commit and a tag': {
    inputs: { 'commit-id': 'a'.repeat(40), tag: 'v1.0' },
    problems: ['commit-id and tag: a tag already determines the commit; set the tag alone, or no tag.'],
  },
  'a branch and a tag': {
    inputs: { branch: 'main', tag: 'v1.0' },
    problems: ['branch and tag: a tag already determines the commit; set the tag alone, or no tag.'],
  },
  'a branch that is a commit': {
    inputs: { branch: 'a'.repeat(40) },
    problems: ['branch: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is a commit ID; give it as commit-id.'],
  },
  'a branch that is a pull request': {
    inputs: { branch: '7/merge' },
    problems: [
      'branch: "7/merge" is a ref that exists only on GitHub; give the pull request\'s own branch (github.head_ref) or its commit-id.',
    ],
  },
  'a branch that git does not allow': {
    inputs: { branch: 'a..b' },
    problems: ['branch: "a..b" is not a valid branch name; expected one such as main.'],
  },
  'a tag that is a branch': {
    inputs: { tag: 'refs/heads/main' },
    problems: ['tag: "refs/heads/main" is a branch; give it as branch.'],
  },
  'a tag with a line end': {
    inputs: { tag: 'v1\n::error::x' },
    problems: ['tag: "v1\\n::error::x" is not a valid tag name; expected one such as v1.4.0.'],
  },
  'a source that is unknown': {
    inputs: { source: 'repository' },
    problems: ['source: "repository" is not valid; expected workflow or job.'],
  },
  'a branch for what the job builds': {
    inputs: { source: 'job', branch: 'main' },
    problems: [
      'source: "job" builds what the build task is configured to build; remove branch, or set source to "workflow".',
    ],
  },
  // Parameters.
  'a parameter without a value': {
    inputs: { parameters: 'releaseVersion' },
    problems: [
      'parameters: line 1: there is no "="; expected NAME=value, or one JSON object if a value has several lines.',
    ],
  },
  'a parameter without a name': {
    inputs: { parameters: '=1.4.0' },
    problems: ['parameters: line 1: the name is missing; expected NAME=value.'],
  },
  'a parameter with a dash': {
    inputs: { parameters: 'release-version=1.4.0' },
    problems: ['parameters: line 1: the name is not valid; expected 1 to 128 letters, digits and "_".'],
  },
  'a parameter given twice': {
    inputs: { parameters: 'a=1\nb=2\na=3' },
    problems: ['parameters: line 3: a is set twice, first in line 1; expected each name once.'],
  },
  'a parameter that CodeArts refuses': {
    inputs: { parameters: 'LD_PRELOAD=/x.so' },
    problems: ['parameters: line 1: CodeArts rejects a parameter named LD_PRELOAD; expected another name.'],
  },
  'a value that is too long': {
    inputs: { parameters: `a=${long}` },
    problems: ['parameters: line 1: the value of a has 8193 characters; expected at most 8192.'],
  },
  'a name that is too long': {
    inputs: { parameters: `${'n'.repeat(129)}=1` },
    problems: ['parameters: line 1: the name is not valid; expected 1 to 128 letters, digits and "_".'],
  },
  'half a JSON': {
    inputs: { parameters: '{"a": "1",' },
    problems: [
      'parameters: line 1, column 11: not valid JSON; expected a name in double quotes, and no comma after the last value.',
    ],
  },
  'a JSON list as a value': {
    inputs: { parameters: '{"a": ["1"]}' },
    problems: ['parameters: line 1: the value of a is an array; expected text, a number, true or false.'],
  },
  'null as a value': {
    inputs: { parameters: '{"a": null}' },
    problems: ['parameters: line 1: the value of a is null; expected text, a number, true or false.'],
  },
  'parameters for a build that runs': {
    inputs: { parameters: 'a=1', 'build-number': '7' },
    problems: [
      "parameters: can't be given with build-number, which follows a build that was already started.",
    ],
  },
  'a line of a secret that is no parameter': {
    inputs: { parameters: 'a=1\n-----BEGIN PRIVATE KEY-----' },
    problems: [
      'parameters: line 2: there is no "="; expected NAME=value, or one JSON object if a value has several lines.',
    ],
  },
  // How it is followed.
  'a build number of zero': {
    inputs: { 'build-number': '0' },
    problems: ['build-number: "0" is not valid; expected a build number, such as 7.'],
  },
  'a build number that is a daily one': {
    inputs: { 'build-number': '20260112.7' },
    problems: [
      'build-number: "20260112.7" is the daily build number, which the console shows; expected the number that counts all builds of the build task, such as 7: the output build-number of the step that started it.',
    ],
  },
  'a commit, a branch and a tag for a build that runs': {
    inputs: { 'build-number': '7', 'commit-id': 'a'.repeat(40), branch: 'main', tag: 'v1' },
    problems: ['commit-id', 'branch', 'tag'].map(
      (name) => `${name}: can't be given with build-number, which follows a build that was already started.`,
    ),
  },
  'a source for a build that runs': {
    inputs: { 'build-number': '7', source: 'job' },
    problems: ["source: can't be given with build-number, which follows a build that was already started."],
  },
  'a build that is followed and not waited for': {
    inputs: { 'build-number': '7', wait: 'false' },
    problems: ["wait: can't be false with build-number: there is nothing to do but to follow."],
  },
  'a time limit of zero': {
    inputs: { 'timeout-minutes': '0' },
    problems: ['timeout-minutes: "0" is not valid; expected whole minutes from 1 to 525600.'],
  },
  'a time limit with a unit': {
    inputs: { 'timeout-minutes': '30m' },
    problems: ['timeout-minutes: "30m" is not valid; expected whole minutes from 1 to 525600.'],
  },
  'a time limit of half a minute': {
    inputs: { 'timeout-minutes': '0.5' },
    problems: ['timeout-minutes: "0.5" is not valid; expected whole minutes from 1 to 525600.'],
  },
  'a negative time limit': {
    inputs: { 'timeout-minutes': '-5' },
    problems: ['timeout-minutes: "-5" is not valid; expected whole minutes from 1 to 525600.'],
  },
  'a poll interval of zero': {
    inputs: { 'poll-interval': '0' },
    problems: ['poll-interval: "0" is not valid; expected whole seconds from 1 to 60.'],
  },
  'a poll interval of two minutes': {
    inputs: { 'poll-interval': '120' },
    problems: ['poll-interval: "120" is not valid; expected whole seconds from 1 to 60.'],
  },
  'a boolean that is yes': {
    inputs: { wait: 'yes' },
    problems: ['wait: "yes" is not valid; expected true or false.'],
  },
  'a boolean that is 1': {
    inputs: { 'stop-on-cancel': '1' },
    problems: ['stop-on-cancel: "1" is not valid; expected true or false.'],
  },
  'a boolean with a mistake': {
    inputs: { 'fail-on-failure': 'flase' },
    problems: ['fail-on-failure: "flase" is not valid; expected true or false.'],
  },
  'a boolean for forks': {
    inputs: { 'allow-forks': 'never' },
    problems: ['allow-forks: "never" is not valid; expected true or false.'],
  },
  'a log that is on': {
    inputs: { log: 'on' },
    problems: ['log: "on" is not valid; expected stream or on-failure or off.'],
  },
  'three mistakes at once': {
    inputs: { region: 'x/', wait: 'no', 'commit-id': 'abc', parameters: 'a-b=1' },
    problems: [
      'region: "x/" is not a region; expected a name such as cn-north-4.',
      'wait: "no" is not valid; expected true or false.',
      'parameters: line 1: the name is not valid; expected 1 to 128 letters, digits and "_".',
      'commit-id: "abc" is not a full commit ID; expected 40 hexadecimal digits.',
    ],
  },
  'a field that the link to the build does not have': {
    inputs: { 'console-url': 'https://devcloud.example.com/{job}' },
    problems: [
      'console-url: there is no field "{job}"; expected {region}, {project_id}, {job_id}, {build_number}, {record_id}.',
    ],
  },
  'a field of every object': {
    inputs: { 'console-url': 'https://devcloud.example.com/{constructor}' },
    problems: [
      'console-url: there is no field "{constructor}"; expected {region}, {project_id}, {job_id}, {build_number}, {record_id}.',
    ],
  },
  'a console that is no address': {
    inputs: { 'console-url': 'devcloud.example.com/{job_id}' },
    problems: [
      'console-url: "devcloud.example.com/{job_id}" is not valid; expected an http or https address.',
    ],
  },
};

describe('a step', () => {
  it.each(Object.keys(cases))('sends nothing, and ends with one line, for %s', async (name) => {
    const world = await openWorld();
    const { inputs = {}, problems = [], env } = cases[name] ?? {};
    const { code, recorder, output } = await runStep({ world, inputs, ...(env ? { env } : {}) });
    expect(recorder.annotations.map(({ message }) => message)).toEqual(problems);
    expect({ code, error: output('error'), requests: world.simulator.count() }).toEqual({
      code: 1,
      error: problems.join(' '),
      requests: 0,
    });
    for (const secret of secrets) expect(recorder.stdout).not.toContain(secret);
  });
});

it('keeps blanks around the value of a parameter', async () => {
  const step = await runStep({
    inputs: { parameters: '  padded =  two blanks  \nlast=one \n', wait: 'false' },
    job: { parameters: [{ name: 'padded' }, { name: 'last' }] },
  });
  const [build] = step.world.simulator.builds(step.jobId);
  expect(build?.parameters).toMatchObject({ padded: '  two blanks  ', last: 'one ' });
});

it('treats empty and blank inputs as not given', async () => {
  const names = [
    'iam-project-id',
    'build-number',
    'commit-id',
    'branch',
    'tag',
    'source',
    'wait',
    'log',
    'parameters',
  ];
  const more = [
    'timeout-minutes',
    'poll-interval',
    'stop-on-cancel',
    'fail-on-failure',
    'allow-forks',
    'console-url',
  ];
  for (const blank of ['', '  ', '\n']) {
    const inputs = Object.fromEntries([...names, ...more, 'security-token'].map((name) => [name, blank]));
    const { code, recorder } = await runStep({ inputs });
    expect({ code, annotations: recorder.annotations }).toEqual({ code: 0, annotations: [] });
  }
});

it('finds the job id in the address of the job page', async () => {
  const world = await openWorld();
  const { id } = world.simulator.addJob({ name: 'shop-backend' });
  const page = `https://devcloud.cn-north-4.huaweicloud.com/cicd/project/${'a'.repeat(32)}/cloudbuild/detail/history/${id}`;
  const { code, output } = await runStep({ world, jobId: id, inputs: { 'job-id': `${page}?from=list` } });
  expect({ code, jobId: output('job-id') }).toEqual({ code: 0, jobId: id });
});

it('finds a job by a name with other Unicode code points', async () => {
  const world = await openWorld();
  const projectId = 'b'.repeat(32);
  const { id } = world.simulator.addJob({ name: '编译 caf\u00e9', projectId });
  const inputs = { 'job-id': '', 'project-id': projectId, 'job-name': '编译 cafe\u0301' };
  const { code, output } = await runStep({ world, jobId: id, inputs });
  expect({ code, jobId: output('job-id') }).toEqual({ code: 0, jobId: id });
});

it('suggests a region with a similar name', () => {
  const { inputs } = readInputs({
    input: (name) => (name === 'region' ? 'cn-nroth-4' : ''),
    exactInput: () => '',
    env: {},
  });
  expect(placeNotices(inputs)).toEqual([
    'region: "cn-nroth-4" is not known to this version of the action, and is used anyway. Did you mean cn-north-4?',
  ]);
});

it.each([
  ['inputs-refused', { 'commit-id': 'a3daced' }, {}],
  ['inputs-refused', { source: 'job', branch: 'main' }, {}],
  ['inputs-refused', { branch: 'main', tag: 'v1' }, {}],
  ['inputs-refused', { wait: 'no', 'access-key': '' }, {}],
  ['secrets-empty', { 'access-key': '', 'secret-key': '' }, {}],
  ['secrets-empty', { 'access-key': '' }, {}],
  ['inputs-refused', { 'auth-token': 'token-token' }, {}],
  ['inputs-refused', { 'access-key': '', 'secret-key': '', 'oidc-audience': 'me' }, {}],
  ['commit-refused', {}, { event: { name: 'push', payload: { deleted: true } } }],
])('links to %s for %j', async (topic, inputs, more) => {
  const env = { GITHUB_ACTION_REPOSITORY: 'octo/codearts-build-action', GITHUB_ACTION_REF: 'v1' };
  const { lastLine } = await runStep({ inputs, env, ...more });
  expect(lastLine).toMatch(new RegExp(`/docs/troubleshooting\\.md#${topic}$`));
});
