// Makes of an example a workflow that can be played here: this action from the checkout, against the simulator; every
// other action a step that says what it would have been given. All else stays as people read it. Pure.

import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';

/** How examples name this action. */
export const actionName = 'OWNER/codearts-build-action@v1';

export interface Surroundings {
  /** What the step is given instead of what stands there, where it is given it at all. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What it is given in any case. */
  readonly always: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

export function rewrite(text: string, around: Surroundings): string {
  const workflow = parseDocument(text);
  for (const steps of stepsOfJobs(workflow)) {
    for (const step of steps.items.filter((item) => isMap(item))) {
      const uses = step.get('uses');
      if (uses === actionName) playAgainst(around, step, workflow);
      else if (typeof uses === 'string') sayInstead(uses, step, workflow);
    }
    // Puts the action where ./ is; act copies the repository that it is started in.
    steps.items.unshift(workflow.createNode({ uses: 'actions/checkout@v4' }));
  }
  return String(workflow);
}

function stepsOfJobs(workflow: Document): readonly YAMLSeq[] {
  const jobs = workflow.get('jobs');
  if (!isMap(jobs)) throw new Error('the workflow has no jobs');
  const steps = jobs.items.map(({ value }) => (isMap(value) ? value.get('steps') : undefined));
  return steps.filter((found) => isSeq(found));
}

function playAgainst(around: Surroundings, step: YAMLMap, workflow: Document): void {
  step.set('uses', './');
  const inputs = step.get('with');
  if (!isMap(inputs)) throw new Error(`a step gives ${actionName} no inputs`);
  for (const [name, value] of Object.entries(around.inputs)) if (inputs.has(name)) inputs.set(name, value);
  for (const [name, value] of Object.entries(around.always)) inputs.set(name, value);
  step.set('env', workflow.createNode(around.env));
}

function sayInstead(uses: string, step: YAMLMap, workflow: Document): void {
  const inputs = step.get('with');
  const names = isMap(inputs) ? inputs.items.map(({ key }) => String(key)) : [];
  const given = names.map((name) => `${name}=${isMap(inputs) ? String(inputs.get(name)) : ''}`);
  step.delete('uses');
  step.delete('with');
  step.set('env', workflow.createNode({ GIVEN: given.join(' ') }));
  step.set('run', `echo "${uses} with $GIVEN"`);
}
