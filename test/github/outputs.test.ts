// What a build made, as later steps and jobs get it: outputs within GitHub's limit, and all of it in a file.

import { describe, expect, it } from 'vitest';
import type { BuildArtifact } from '../../src/builds/artifacts.ts';
import { type ChildOutcome, emptyOutcome } from '../../src/builds/outcome.ts';
import type { BuildStep } from '../../src/codearts/step-schemas.ts';
import { type BuildLists, setListOutputs } from '../../src/github/outputs.ts';
import { Recorder } from '../story/recorder.ts';
import { runStep } from '../story/story.ts';

function handOn(
  made: Partial<BuildLists>,
  path = '/temp/list.json',
  write?: (path: string, text: string) => void,
) {
  const recorder = new Recorder({});
  const save = write ?? ((at: string, text: string) => void recorder.files.set(at, text));
  const notes = setListOutputs(recorder, { ...emptyOutcome, ...made }, { path, write: save });
  const output = (name: string) => recorder.outputs.get(name) ?? 'missing';
  return { notes, output, file: recorder.files.get(path) };
}

const artifact = (place: number, more: Partial<BuildArtifact> = {}): BuildArtifact => ({
  kind: 'package',
  name: `服务-${place}.jar`,
  version: '1.0',
  type: 'jar',
  uri: `/libs/服务-${place}.jar`,
  ...more,
});

const child = (place: number): ChildOutcome => ({
  failedStep: '',
  recordId: `record-${place}`,
  name: `part-${place}`,
  buildNumber: place,
  status: 'SUCCESS',
  state: 'success',
  startedAt: 0,
  finishedAt: 1_000,
  durationMs: 1_000,
  needs: place > 0 ? [`record-${place - 1}`] : [],
});

const step = (place: number): BuildStep => ({ name: `步骤 ${place}`, status: 'success', durationMs: 1_400 });

describe('the list of artifacts', () => {
  it('is empty if the build made nothing', () => {
    const { output, file, notes } = handOn(emptyOutcome);
    const lists = ['artifacts', 'artifact-uris', 'images', 'children', 'steps'];
    expect(Object.fromEntries(lists.map((name) => [name, output(name)]))).toEqual({
      artifacts: '[]',
      'artifact-uris': '',
      images: '',
      children: '[]',
      steps: '[]',
    });
    expect(JSON.parse(file ?? '')).toEqual([]);
    expect(output('artifacts-file')).toBe('/temp/list.json');
    expect(notes).toEqual([]);
  });

  it('names the child that made an artifact, and has no such key otherwise', () => {
    const { output, file } = handOn({
      artifacts: [artifact(1), artifact(2, { child: 'core' })],
    });
    expect(JSON.parse(output('artifacts'))).toEqual([artifact(1), artifact(2, { child: 'core' })]);
    expect(file).toContain('"child":"core"');
    expect(JSON.parse(file ?? '')).toHaveLength(2);
  });

  it('lists images ready for a deploy step: by address, or else by name and tag', () => {
    const images = [
      artifact(1, {
        kind: 'image',
        name: 'server',
        version: '1.0.1',
        uri: 'swr.example.com/shop/server:1.0.1',
      }),
      artifact(2, { kind: 'image', name: 'web', version: '2', uri: '' }),
      artifact(3, { kind: 'image', name: 'tools', version: '', uri: '' }),
      artifact(4),
    ];
    const { output } = handOn({ artifacts: images });
    expect(output('images')).toBe('swr.example.com/shop/server:1.0.1\nweb:2\ntools');
  });

  it('has one address a line, whatever an address holds', () => {
    const { output } = handOn({
      artifacts: [artifact(1, { uri: '/a\n/etc/passwd' }), artifact(2)],
    });
    expect(output('artifact-uris').split('\n')).toEqual(['/a /etc/passwd', '/libs/服务-2.jar']);
  });

  it.each([100, 5_000, 50_000])('fits into 1 MB of UTF-16 with %i artifacts, children and steps', (count) => {
    const artifacts = Array.from({ length: count }, (_, place) => artifact(place, { kind: 'image' }));
    const children = Array.from({ length: count }, (_, place) => child(place));
    const steps = Array.from({ length: count }, (_, place) => step(place));
    const { output, file, notes } = handOn({ artifacts, children, steps });
    const names = ['artifacts', 'artifact-uris', 'images', 'children', 'steps'];
    const bytes = names.reduce((sum, name) => sum + 2 * output(name).length, 0);
    expect(bytes).toBeLessThan(950_000);
    const [listed, uris] = [JSON.parse(output('artifacts')), output('artifact-uris').split('\n')];
    expect(listed).toEqual(artifacts.slice(0, listed.length));
    expect(uris).toEqual(artifacts.slice(0, uris.length).map(({ uri }) => uri));
    expect(JSON.parse(file ?? '')).toHaveLength(count);
    expect(JSON.parse(output('steps'))[99]).toEqual({ name: '步骤 99', status: 'success', seconds: 1 });
    expect(notes).toHaveLength(count === 100 ? 0 : 1);
    if (count > 100) expect(notes[0]).toMatch(/artifacts \(\d+ of \d+\), .*artifacts-file names\.$/);
  });

  it("is set although its file can't be written", () => {
    const full = () => {
      throw new Error('ENOSPC: no space left on device');
    };
    const { output, notes } = handOn({ artifacts: [artifact(1)] }, '/temp/list.json', full);
    expect(JSON.parse(output('artifacts'))).toHaveLength(1);
    expect(output('artifacts-file')).toBe('');
    expect(notes).toEqual([
      'The list of artifacts could not be written to /temp/list.json: ENOSPC: no space left on device',
    ]);
  });
});

describe('a step', () => {
  const names = ['artifacts', 'artifact-uris', 'images', 'children', 'steps', 'artifacts-file'];

  it.each([
    ['that succeeds', {}],
    ['whose build fails', { job: { scenario: 'failing-compile' as const } }],
    ['that does not wait', { inputs: { wait: 'false' } }],
    [
      'that takes too long',
      { job: { scenario: 'silent-minute' as const }, inputs: { 'timeout-minutes': '1' } },
    ],
    ['whose build never got a machine', { job: { scenario: 'never-scheduled' as const } }],
  ])('%s sets every list, and writes the file', async (_, options) => {
    const { recorder, output } = await runStep(options);
    for (const name of names) expect(recorder.outputs.has(name), name).toBe(true);
    for (const name of ['artifacts', 'children', 'steps']) {
      expect(Array.isArray(JSON.parse(output(name))), name).toBe(true);
    }
    expect(output('artifacts-file')).toMatch(/^\/temp\/codearts-artifacts-\w{32}-1\.json$/);
    expect(JSON.parse(recorder.files.get(output('artifacts-file')) ?? '')).toEqual(
      JSON.parse(output('artifacts')),
    );
  });

  it('writes no file if the runner has no temporary folder', async () => {
    const { recorder, output, code } = await runStep({ env: { RUNNER_TEMP: undefined } });
    expect(code).toBe(0);
    expect(recorder.files.size).toBe(0);
    expect(output('artifacts-file')).toBe('');
    expect(JSON.parse(output('artifacts'))).toHaveLength(2);
  });
});
