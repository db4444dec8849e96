// Bad inputs: each ends the step before any request, with one line that names the input, its fault and what to do.

import { describe, expect, it } from 'vitest';
import { openWorld, type StoryOptions, tell } from '../story/story.ts';

interface BadInput {
  readonly inputs: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
  readonly env?: StoryOptions['env'];
}

const long = 'x'.repeat(8_193);

const cases: Readonly<Record<string, BadInput>> = {
  // Where the job is.
  'no region': { inputs: { region: '', endpoint: '' }, problems: [] },
  'a region in capitals': { inputs: { region: 'CN-North-4' }, problems: [] },
  'a region that is a host': { inputs: { region: 'evil.example/' }, problems: [] },
  'a region with a blank inside': { inputs: { region: 'cn north 4' }, problems: [] },
  'an endpoint without a scheme': { inputs: { endpoint: 'cloudbuild-ext.cn-north-4.myhuaweicloud.com' }, problems: [] },
  'an endpoint in the clear': { inputs: { endpoint: 'http://cloudbuild.example.com' }, problems: [] },
  'an endpoint that only looks like this machine': { inputs: { endpoint: 'http://localhost.example.com' }, problems: [] },
  'an endpoint with credentials': { inputs: { endpoint: 'https://user:secret-word@build.example.com' }, problems: [] },
  'an endpoint with a query': { inputs: { endpoint: 'https://build.example.com/?a=b' }, problems: [] },
  'an endpoint of another scheme': { inputs: { endpoint: 'ftp://build.example.com' }, problems: [] },
  // Who asks.
  'no keys': { inputs: { 'access-key': '', 'secret-key': '' }, problems: [] },
  'no secret key': { inputs: { 'secret-key': '' }, problems: [] },
  'no access key': { inputs: { 'access-key': '' }, problems: [] },
  'a token without keys': { inputs: { 'access-key': '', 'secret-key': '', 'security-token': 'token' }, problems: [] },
  'an access key with a blank inside': { inputs: { 'access-key': 'AK ID' }, problems: [] },
  'a secret key of two lines': { inputs: { 'secret-key': 'first-line\nsecond-line' }, problems: [] },
  'half a pair of keys in the environment': {
    inputs: { 'access-key': '', 'secret-key': '' },
    env: { HUAWEICLOUD_SDK_AK: 'AKID' },
    problems: [],
  },
  'a project id that is none': { inputs: { 'iam-project-id': 'my-project' }, problems: [] },
  // What is built.
  'no job id': { inputs: { 'job-id': '' }, problems: [] },
  'a job id in capitals': { inputs: { 'job-id': 'F9D6C8466D614A9788E9A0ACF6C15F46' }, problems: [] },
  'a job id that is too short': { inputs: { 'job-id': 'f9d6c8466d614a9788e9a0acf6c15f4' }, problems: [] },
  'a job id with a path': { inputs: { 'job-id': '../../v3/jobs/f9d6c8466d614a978' }, problems: [] },
  'a job id that is an address': { inputs: { 'job-id': 'https://devcloud.cn-north-4.huaweicloud.com/x/f9d6c8466d614a9788e9a0acf6c15f46' }, problems: [] },
  'a commit id that is short': { inputs: { 'commit-id': 'a3daced' }, problems: [] },
  'a commit and a tag': { inputs: { 'commit-id': 'a'.repeat(40), tag: 'v1.0' }, problems: [] },
  'a branch and a tag': { inputs: { branch: 'main', tag: 'v1.0' }, problems: [] },
  'a branch that is a commit': { inputs: { branch: 'a'.repeat(40) }, problems: [] },
  'a branch that is a pull request': { inputs: { branch: '7/merge' }, problems: [] },
  'a branch that git does not allow': { inputs: { branch: 'a..b' }, problems: [] },
  'a tag that is a branch': { inputs: { tag: 'refs/heads/main' }, problems: [] },
  'a tag with a line end': { inputs: { tag: 'v1\n::error::x' }, problems: [] },
  'a source that is unknown': { inputs: { source: 'repository' }, problems: [] },
  'a branch for what the job builds': { inputs: { source: 'job', branch: 'main' }, problems: [] },
  // Parameters.
  'a parameter without a value': { inputs: { parameters: 'releaseVersion' }, problems: [] },
  'a parameter without a name': { inputs: { parameters: '=1.4.0' }, problems: [] },
  'a parameter with a dash': { inputs: { parameters: 'release-version=1.4.0' }, problems: [] },
  'a parameter given twice': { inputs: { parameters: 'a=1\nb=2\na=3' }, problems: [] },
  'a parameter that CodeArts refuses': { inputs: { parameters: 'LD_PRELOAD=/x.so' }, problems: [] },
  'a value that is too long': { inputs: { parameters: `a=${long}` }, problems: [] },
  'a name that is too long': { inputs: { parameters: `${'n'.repeat(129)}=1` }, problems: [] },
  'half a JSON': { inputs: { parameters: '{"a": "1",' }, problems: [] },
  'a JSON list as a value': { inputs: { parameters: '{"a": ["1"]}' }, problems: [] },
  'null as a value': { inputs: { parameters: '{"a": null}' }, problems: [] },
  'parameters for a build that runs': { inputs: { parameters: 'a=1', 'build-number': '7' }, problems: [] },
  // How it is followed.
  'a build number of zero': { inputs: { 'build-number': '0' }, problems: [] },
  'a build number that is a daily one': { inputs: { 'build-number': '20260112.7' }, problems: [] },
  'a build that is followed and not waited for': { inputs: { 'build-number': '7', wait: 'false' }, problems: [] },
  'a time limit of zero': { inputs: { 'timeout-minutes': '0' }, problems: [] },
  'a time limit with a unit': { inputs: { 'timeout-minutes': '30m' }, problems: [] },
  'a time limit of half a minute': { inputs: { 'timeout-minutes': '0.5' }, problems: [] },
  'a negative time limit': { inputs: { 'timeout-minutes': '-5' }, problems: [] },
  'a poll interval of zero': { inputs: { 'poll-interval': '0' }, problems: [] },
  'a poll interval of two minutes': { inputs: { 'poll-interval': '120' }, problems: [] },
  'a boolean that is yes': { inputs: { wait: 'yes' }, problems: [] },
  'a boolean that is 1': { inputs: { 'stop-on-cancel': '1' }, problems: [] },
  'a boolean with a mistake': { inputs: { 'fail-on-failure': 'flase' }, problems: [] },
  'a boolean for forks': { inputs: { 'allow-forks': 'never' }, problems: [] },
  'a log that is on': { inputs: { log: 'on' }, problems: [] },
  'a console that is no address': { inputs: { 'console-url': 'devcloud.example.com/{job_id}' }, problems: [] },
};

describe('a step', () => {
  it.each(Object.keys(cases))('ends before any request with one line for %s', async (name) => {
    const world = await openWorld();
    const { inputs = {}, problems = [], env } = cases[name] ?? {};
    const { code, recorder, output } = await tell({ world, inputs, ...(env ? { env } : {}) });
    const said = recorder.annotations.map(({ level, message }) => `${level}: ${message}`);
    console.log(name, '→', said.join('\n  '));
    void problems; void code; void output;
  });
});
