// Tests that docs/troubleshooting.md has every entry that errors link to, and that errors link to it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { ApiError, codesWithRemedy, type Failure } from '../../src/codearts/errors.ts';
import {
  helpTopicForReport,
  helpTopics,
  topicForCode,
  topicForError,
  withHelpLink,
} from '../../src/github/report/messages.ts';
import { report } from '../github/report/sample-report.ts';
import { openWorld, runStep } from '../story/story.ts';

const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
const anchors = [...page.matchAll(/^<a id="([^"]+)"><\/a>\n### \S/gm)].map(([, anchor]) => anchor);
const onGitHub = { GITHUB_ACTION_REPOSITORY: 'octo/codearts-build-action', GITHUB_ACTION_REF: 'v1' };
const link = 'https://github.com/octo/codearts-build-action/blob/v1/docs/troubleshooting.md#';

describe('docs/troubleshooting.md', () => {
  it('has an entry for every anchor that an error links to', () => {
    expect(helpTopics.filter((entry) => !anchors.includes(entry))).toEqual([]);
  });

  it('defines each anchor only once', () => {
    expect(anchors.filter((anchor, at) => anchors.indexOf(anchor) !== at)).toEqual([]);
  });

  it('has an entry for every error code with a remedy', () => {
    expect(codesWithRemedy.filter((code) => topicForCode(code) === undefined)).toEqual([]);
  });

  it('says what to do in one paragraph of at most three lines', () => {
    const texts = page.matchAll(/^### (.*)\n\n((?:(?!<a |## ).*\n)*)/gm);
    const long = [...texts].filter(([, , text = '']) => !/^(?:\S.*\n){1,3}\n?$/.test(text));
    expect(long.map(([, heading]) => heading)).toEqual([]);
  });
});

describe('the entry that an error links to', () => {
  const rejected = (code: string, status: number): Failure => ({
    kind: 'rejected',
    status,
    code,
    message: 'no',
    requestId: '',
  });
  const entryFor = (failure: Failure) => topicForError(new ApiError('start the build', failure));

  it('is found by the error code, however the service spells it', () => {
    expect(entryFor(rejected('APIGW.0301', 401))).toBe('apigw-0301');
    expect(entryFor(rejected('APIG.0308', 429))).toBe('apigw-0308');
    expect(entryFor(rejected('DEVCB.00031006', 422))).toBe('cb-00031006');
    expect(entryFor(rejected('DEV.CB.032302', 400))).toBe('dev-cb-032302');
  });

  it('is found by the status when the code is not known', () => {
    expect(entryFor(rejected('', 403))).toBe('apigw-0302');
    expect(entryFor(rejected('IAM.0101', 401))).toBe('apigw-0301');
    expect(entryFor(rejected('CB.99999999', 400))).toBe('other-refusals');
  });

  it('differs between a rejected certificate and a network that does not answer', () => {
    const unreachable = (code: string): Failure => ({ kind: 'network', code, mayHaveArrived: false });
    expect(entryFor(unreachable('SELF_SIGNED_CERT_IN_CHAIN'))).toBe('certificate');
    expect(entryFor(unreachable('ENOTFOUND'))).toBe('unreachable');
  });

  it('does not exist for a build that failed with a known reason', () => {
    const finding = { ...report.finding, reason: 'cannot find symbol' };
    expect(helpTopicForReport({ ...report, finding })).toBeUndefined();
    expect(helpTopicForReport(report)).toBe('failed-without-a-reason');
  });
});

describe('the link to the troubleshooting page', () => {
  const line = 'It failed.';

  it('leads to the version of the page that belongs to the action', () => {
    expect(withHelpLink(line, 'aborted', onGitHub)).toBe(`${line} See ${link}aborted`);
  });

  it('stays on GitHub Enterprise Server', () => {
    const env = { ...onGitHub, GITHUB_SERVER_URL: 'https://ghe.example.com' };
    expect(withHelpLink(line, 'aborted', env)).toContain(' https://ghe.example.com/octo/');
  });

  it('leads to the newest page when the ref is not known or would need escaping', () => {
    for (const ref of [undefined, '', 'a b', '../x#y']) {
      expect(withHelpLink(line, 'aborted', { ...onGitHub, GITHUB_ACTION_REF: ref })).toContain(
        '/blob/HEAD/docs/',
      );
    }
  });

  it('is omitted when the repository is not known', () => {
    for (const repository of [undefined, '', 'octo', 'a/b/c', 'a b/c', '](x)/y']) {
      expect(withHelpLink(line, 'aborted', { GITHUB_ACTION_REPOSITORY: repository })).toBe(line);
    }
  });
});

describe('the error of a failed step', () => {
  it('ends with a link after a rejected start', async () => {
    const world = await openWorld();
    world.simulator.faults.add({
      call: 'start',
      kind: 'status',
      status: 403,
      code: 'APIGW.0302',
      message: 'no',
    });
    const { lastLine, output } = await runStep({ world, env: onGitHub });
    expect(lastLine).toMatch(
      /^::error::CodeArts rejected the request to start the build: no \(APIGW\.0302, /,
    );
    expect(lastLine).toContain(`${link}apigw-0302`);
    expect(output('error')).not.toContain(link);
  });

  it('links to the entry for a build that never got an executor', async () => {
    const { lastLine } = await runStep({ job: { scenario: 'never-scheduled' }, env: onGitHub });
    expect(lastLine).toContain(`${link}schedule-failure`);
  });

  it('links to the entry for inputs only once', async () => {
    const { recorder } = await runStep({ inputs: { wait: 'maybe', 'job-id': 'nonsense' }, env: onGitHub });
    const step = recorder.annotations.map(({ message }) => message.includes(`${link}inputs-refused`));
    expect(step).toEqual([false, true]);
  });

  it('contains no link in a step that used ./', async () => {
    const { lastLine } = await runStep({ job: { scenario: 'never-scheduled' } });
    expect(lastLine).toContain('never got a build machine');
    expect(lastLine).not.toContain('troubleshooting');
  });
});
