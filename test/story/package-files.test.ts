// Tests the size, checksums and download address of packages in the output `artifacts`.

import { describe, expect, it } from 'vitest';
import { openWorld, runStep, type StepRun, type StoryOptions } from './story.ts';

async function run(options: StoryOptions = {}): Promise<StepRun> {
  const world = options.world ?? (await openWorld());
  const inputs = { 'artifact-endpoint': world.simulator.url, ...options.inputs };
  return await runStep({ debugging: true, ...options, world, inputs });
}

interface Listed {
  readonly kind: string;
  readonly uri: string;
}

const artifacts = (step: StepRun): readonly Listed[] => JSON.parse(step.output('artifacts'));

describe('a package in the artifacts', () => {
  it('is listed with its download address, size and checksums', async () => {
    const step = await run();
    expect(step.code).toBe(0);
    const packages = artifacts(step).filter(({ kind }) => kind === 'package');
    expect(packages.length).toBeGreaterThan(0);
    for (const one of packages) {
      expect(one).toMatchObject({
        'download-url': expect.stringMatching(/^https:\/\/devrepo\./),
        size: expect.any(Number),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        md5: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
    }
    for (const image of artifacts(step).filter(({ kind }) => kind === 'image')) {
      expect(image).not.toHaveProperty('download-url');
    }
    const requests = step.world.simulator.requests.filter(({ call }) => call === 'file-info');
    expect(requests.map(({ verdict }) => verdict)).toEqual(packages.map(() => 'signed'));
  });

  it.each([
    [403, 'APIGW.0302'],
    [404, 'CloudArtifact.0404'],
    [404, 'APIGW.0101'],
    [400, 'X.1'],
  ])(
    'is listed by its address alone when CodeArts Artifact answers %i %s, which the debug log mentions',
    async (status, code) => {
      const world = await openWorld();
      world.simulator.faults.add({ call: 'file-info', kind: 'status', status, code, times: 99 });
      const step = await run({ world });
      expect(step.code).toBe(0);
      expect(artifacts(step).every((one) => !('download-url' in one))).toBe(true);
      expect(step.recorder.annotations.filter(({ level }) => level !== 'notice')).toEqual([]);
      expect(step.recorder.stdout).toMatch(
        /::debug::CodeArts rejected the request to look up a package in CodeArts Artifact: /,
      );
      expect(world.simulator.count('file-info')).toBe(1);
    },
  );

  it('delays the step by a few seconds at most when CodeArts Artifact does not answer', async () => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'file-info', kind: 'hang-before', times: 99 });
    const quick = await runStep({ world });
    const before = world.time.now();
    const step = await run({ world, jobId: quick.jobId });
    expect(step.code).toBe(0);
    expect(world.time.now() - before).toBeLessThan(12_000 + 17_000);
  });

  it('is not looked up in the public cloud when the endpoint is a private one', async () => {
    const step = await runStep();
    expect(step.code).toBe(0);
    expect(step.world.simulator.count('file-info')).toBe(0);
    expect(artifacts(step).every((one) => !('download-url' in one))).toBe(true);
  });
});
