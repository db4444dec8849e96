// Tests that action.yml, the program and README.md agree on inputs and outputs.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { metadataFile, readMetadata } from '../scripts/action-metadata.ts';
import { schemaFaults } from '../scripts/checks/action-schema.ts';
import { readme } from '../scripts/checks/readme.ts';
import { emptyOutcome } from '../src/builds/outcome.ts';
import { type Inputs, readInputs } from '../src/github/inputs/inputs.ts';
import {
  setIdentity,
  setListOutputs,
  setLogFile,
  setRecord,
  setResultOutputs,
} from '../src/github/outputs.ts';
import { report } from './github/report/sample-report.ts';
import { Recorder } from './story/recorder.ts';

const metadata = readMetadata();
const required = {
  region: 'cn-north-4',
  'access-key': 'AK',
  'secret-key': 'SK',
  'job-id': 'f9d6c8466d614a9788e9a0acf6c15f46',
};

function readWith(given: Readonly<Record<string, string>>): { names: Set<string>; inputs: Inputs } {
  const names = new Set<string>();
  const input = (name: string) => {
    names.add(name);
    return given[name] ?? '';
  };
  const { inputs, problems } = readInputs({ input, exactInput: input, env: {} });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { names, inputs };
}

function setAllOutputs(): ReadonlySet<string> {
  const recorder = new Recorder({});
  const dailyBuildNumber = '20260131.1';
  setIdentity(recorder, { jobId: 'job', buildNumber: 1, dailyBuildNumber });
  const record = { recordId: 'record', dailyBuildNumber, status: 'SUCCESS' };
  setRecord(recorder, record, { commitId: '', buildUrl: '' });
  setResultOutputs(recorder, report);
  setLogFile(recorder, '/build.log');
  setListOutputs(recorder, emptyOutcome, { path: '', write: () => {} });
  return new Set(recorder.outputs.keys());
}

describe('action.yml', () => {
  it("is valid against GitHub's own schema", async () => {
    expect(await schemaFaults(readFileSync(metadataFile, 'utf8'))).toEqual([]);
  });

  it('lists exactly the inputs that the program reads', () => {
    expect(Object.keys(metadata.inputs).sort()).toEqual([...readWith(required).names].sort());
  });

  it('gives each input the default that the program uses', () => {
    const defaults = Object.entries(metadata.inputs).map(([name, input]) => [name, input.default ?? '']);
    const withDefaults = readWith({ ...Object.fromEntries(defaults), ...required });
    expect(withDefaults.inputs).toEqual(readWith(required).inputs);
  });

  it('lists exactly the outputs that the program sets', () => {
    expect(Object.keys(metadata.outputs).sort()).toEqual([...setAllOutputs()].sort());
  });

  it('mentions the default of every input in its description', () => {
    for (const [name, { description, default: value, required: isRequired }] of Object.entries(
      metadata.inputs,
    )) {
      if (isRequired) continue;
      expect(description, name).toContain(value === undefined ? 'default: ' : `default: ${value}.`);
    }
  });

  it('uses Node 24 and a post step', () => {
    expect(metadata.runs).toEqual({
      using: 'node24',
      main: 'dist/main/index.js',
      post: 'dist/post/index.js',
    });
  });
});

describe('README.md and README.zh.md', () => {
  it('list exactly the inputs and outputs, with their defaults', async () => {
    expect(await readme.problems()).toEqual([]);
  });
});
