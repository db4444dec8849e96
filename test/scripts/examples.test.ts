// Tests which mistakes the check of the examples finds, and how an example is rewritten to run against the simulator.

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exampleFaults } from '../../scripts/checks/examples.ts';
import { rewrite } from '../../scripts/examples/rewrite.ts';

const metadata = {
  name: 'name',
  description: 'description',
  inputs: { 'job-id': { description: 'job', required: true } },
  outputs: { result: { description: 'result' } },
  runs: { using: 'node24', main: 'main/index.js', post: 'post/index.js' },
};

const good = `# Build every push.
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - id: codearts
        uses: OWNER/codearts-build-action@v1
        with:
          endpoint: https://cloudbuild.corp.example
          job-id: f9d6c8466d614a9788e9a0acf6c15f46
      - uses: actions/upload-artifact@v4
        with:
          name: codearts-log
        if: steps.codearts.outputs.result == 'success'
`;

const one = {
  ...metadata,
  inputs: { ...metadata.inputs, endpoint: { description: 'where', required: false } },
};

describe('the check of the examples', () => {
  it('accepts an example that uses the action correctly', () => {
    expect(exampleFaults('examples/push.yml', good, one)).toEqual([]);
  });

  it('reports inputs and outputs that the action does not have', () => {
    const text = good.replace('outputs.result', 'outputs.artefacts');
    expect(exampleFaults('push.yml', text, metadata)).toEqual([
      'push.yml gives an input that action.yml does not have: endpoint.',
      'push.yml reads an output that action.yml does not have: artefacts.',
    ]);
  });

  it('reports an example without a description or with another action name', () => {
    const text = good
      .replace(/^#.*\n/, '')
      .replace('OWNER/codearts-build-action@v1', 'x/codearts-build-action@main');
    expect(exampleFaults('push.yml', text, one)).toEqual([
      'push.yml does not begin with a comment that says what it is for.',
      'push.yml uses x/codearts-build-action@main, not OWNER/codearts-build-action@v1.',
    ]);
  });
});

describe('the execution of an example', () => {
  const replacements = {
    inputs: { 'job-id': 'a'.repeat(32), 'auth-token': 'token' },
    always: { endpoint: 'http://127.0.0.1:1' },
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:2/token' },
  };
  const { steps } = parse(rewrite(good, replacements)).jobs.build;

  it('uses the action of the checkout against the simulator', () => {
    expect(steps[0]).toEqual({ uses: 'actions/checkout@v4' });
    expect(steps[1]).toMatchObject({
      id: 'codearts',
      uses: './',
      env: replacements.env,
    });
    expect(steps[1].with).toEqual({ endpoint: 'http://127.0.0.1:1', 'job-id': 'a'.repeat(32) });
  });

  it('prints what another action would have received', () => {
    expect(steps[2]).toEqual({
      if: "steps.codearts.outputs.result == 'success'",
      env: { INPUTS: 'name=codearts-log' },
      run: 'echo "actions/upload-artifact@v4 with $INPUTS"',
    });
  });
});
