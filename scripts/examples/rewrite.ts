// Turns an example into a workflow that runs against the simulator: this action is used from the checkout, and every other
// action becomes a step that prints its inputs. The rest is unchanged. Pure.

import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';

/** How examples name this action. */
export const actionName = 'OWNER/codearts-build-action@v1';

export interface Replacements {
  /** Replace inputs of the action that the example sets. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Inputs that every step gets. */
  readonly always: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

export function rewrite(text: string, replacements: Replacements): string {
  const workflow = parseDocument(text);
  for (const steps of stepsOfJobs(workflow)) {
    for (const step of steps.items.filter((item) => isMap(item))) {
      const uses = step.get('uses');
      if (uses === actionName) useCheckout(replacements, step, workflow);
      else if (typeof uses === 'string') printInstead(uses, step, workflow);
    }
    // Makes ./ the action: act copies the repository that it is started in.
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

function useCheckout(replacements: Replacements, step: YAMLMap, workflow: Document): void {
  step.set('uses', './');
  const inputs = step.get('with');
  if (!isMap(inputs)) throw new Error(`a step passes no inputs to ${actionName}`);
  for (const [name, value] of Object.entries(replacements.inputs))
    if (inputs.has(name)) inputs.set(name, value);
  for (const [name, value] of Object.entries(replacements.always)) inputs.set(name, value);
  step.set('env', workflow.createNode(replacements.env));
}

function printInstead(uses: string, step: YAMLMap, workflow: Document): void {
  const inputs = step.get('with');
  const names = isMap(inputs) ? inputs.items.map(({ key }) => String(key)) : [];
  const inputTexts = names.map((name) => `${name}=${isMap(inputs) ? String(inputs.get(name)) : ''}`);
  step.delete('uses');
  step.delete('with');
  step.set('env', workflow.createNode({ INPUTS: inputTexts.join(' ') }));
  step.set('run', `echo "${uses} with $INPUTS"`);
}
