// Compares what a user sees of each scenario with the page beside this file: the step as GitHub's web page shows it,
// the outputs, and the summary. `npm run golden` rewrites the pages, so that changes can be reviewed.

import { expect, it } from 'vitest';
import {
  largeLog,
  type ScenarioName,
  scenarioNamed,
  scenarioNames,
  shellSuccess,
} from '../simulator/simulator.ts';
import { runStep, type StoryOptions } from '../story/story.ts';
import { shownStep } from './shown-step.ts';

const shortened: Partial<Record<ScenarioName, NonNullable<StoryOptions['job']>>> = {
  'large-log': { scenario: { ...scenarioNamed('large-log'), steps: [...(largeLog(40_000).steps ?? [])] } },
};

interface Story {
  readonly name: string;
  readonly options: StoryOptions;
}

const stories: readonly Story[] = [
  ...scenarioNames.map((name) => ({ name, options: { job: shortened[name] ?? { scenario: name } } })),
  { name: 'shell-success', options: { job: { scenario: shellSuccess } } },
  { name: 'failing-compile.on-failure', options: on('failing-compile', { log: 'on-failure' }) },
  { name: 'flow-failing.on-failure', options: on('flow-failing', { log: 'on-failure' }) },
  { name: 'flow-failing.off', options: on('flow-failing', { log: 'off' }) },
  { name: 'failing-compile.off', options: on('failing-compile', { log: 'off' }) },
  { name: 'failing-test.strip', options: on('failing-test', { 'log-timestamps': 'strip' }) },
  { name: 'failing-test.stays-green', options: on('failing-test', { 'fail-on-failure': 'false' }) },
  { name: 'success.wait-false', options: on('success', { wait: 'false' }) },
  { name: 'success.timeout', options: on('silent-minute', { 'timeout-minutes': '1' }) },
];

function on(scenario: ScenarioName, inputs: Readonly<Record<string, string>>): StoryOptions {
  return { job: { scenario }, inputs };
}

it.each(stories)('matches the golden page $name', async ({ name, options }) => {
  const { recorder, code } = await runStep(options);
  const outputs = [...recorder.outputs].map(([output, value]) => `${output}: ${value}`);
  const page = [
    `# ${name}: the step ends ${code === 0 ? 'green' : 'red'}`,
    '',
    ...shownStep(recorder.commands),
    '',
    '# Outputs',
    '',
    ...outputs,
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot(`./${name}.txt`);
  await expect(recorder.summaryMarkdown).toMatchFileSnapshot(`./${name}.md`);
});
