// Values that the job marks as sensitive, wherever the words of a failure carry them: escaped for Markdown, folded to a
// line, or cut within.

import { describe, expect, it } from 'vitest';
import type { ScenarioSource } from '../simulator/simulator.ts';
import { openGitHubApi } from './github-api.ts';
import { runStep } from './story.ts';

const half = 'hunter2-hunter2';
const long = 'hunter2-hunter2-hunter2-hunter2-hunter2';

function failing(line: string, more: Partial<ScenarioSource> = {}): ScenarioSource {
  const steps = [{ name: 'Login', seconds: 2, result: 'error' as const, lines: [line] }];
  return { name: 'quotes', description: 'repeats what it was given', steps, ...more };
}

/** Everything that leaves the step, the log as the runner stars it. */
async function wordsOf(secret: string, scenario: ScenarioSource): Promise<readonly string[]> {
  const api = await openGitHubApi();
  const step = await runStep({
    job: { parameters: [{ name: 'password', sensitive: true }], scenario },
    inputs: {
      parameters: JSON.stringify({ password: secret }),
      'commit-status': 'codearts',
      'github-token': 'ghs_secret_token',
    },
    env: { GITHUB_API_URL: api.url },
  });
  const log = step.recorder.masks.reduce((text, mask) => text.replaceAll(mask, '***'), step.recorder.stdout);
  const statuses = api.statuses.map(({ body }) => String(body['description']));
  return [log, step.recorder.summaryMarkdown, ...step.recorder.outputs.values(), ...statuses];
}

describe('a sensitive value', () => {
  it.each(['pa_ss*word_1', 'abc$def!ghi', 'x@yz-secret', 'a&b<c>d', 'tok~~en#1x'])(
    'is redacted in the summary although Markdown has to be escaped: %s',
    async (secret) => {
      const words = await wordsOf(secret, failing(`Error: login failed for ${secret}`));
      const [, summary = ''] = words;
      expect(summary).toContain('login failed for ***');
      const bare = (text: string) => text.replace(/[\\\u2060]|&(?:amp|lt|gt);/g, '').replace(/[&<>]/g, '');
      expect(words.filter((text) => bare(text).includes(bare(secret)))).toEqual([]);
    },
  );

  it.each([
    ['of the reason', failing(`Error: ${'x'.repeat(262)} ${long}`), 'x ***'],
    ['of an excerpt line', failing(`Error: ${'x'.repeat(975)} ${long}`), 'x ***'],
    [
      "of CodeArts' message",
      failing('nothing here', { errorMessage: `bad  ${'y'.repeat(380)} ${long}` }),
      'y ***',
    ],
  ])('leaves no half of it at the cut %s', async (_, scenario, redacted) => {
    const words = await wordsOf(long, scenario);
    expect(words.filter((text) => text.includes(redacted)).length).toBeGreaterThan(0);
    expect(words.filter((text) => text.includes(half))).toEqual([]);
  });

  it('is redacted although its blanks are folded', async () => {
    const words = await wordsOf(
      'correct  horse  battery',
      failing('Error: login failed for correct  horse  battery'),
    );
    expect(words.filter((text) => text.includes('login failed for ***')).length).toBeGreaterThan(1);
    expect(words.filter((text) => text.includes('correct horse'))).toEqual([]);
  });

  it('may hold half a surrogate pair', async () => {
    const words = await wordsOf('abcd\ud800efgh', failing('Error: nothing to see'));
    expect(words.filter((text) => text.includes('Unexpected error'))).toEqual([]);
  });
});
