// Tests how the job is found, and which of its problems are reported before anything is started.

import { describe, expect, it } from 'vitest';
import { commit, openWorld, runStep, type StepRun } from './story.ts';

function errors({ recorder }: StepRun): readonly string[] {
  return recorder.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
}

describe('a job given by its name', () => {
  const byName = (projectId: string, name: string) => ({
    'job-id': '',
    'project-id': projectId,
    'job-name': name,
  });

  it('is found on any page of the list of jobs', async () => {
    const world = await openWorld();
    for (let count = 0; count < 250; count += 1) world.simulator.addJob({ name: `filler-${count}` });
    const { id } = world.simulator.addJob({ name: '商城 backend' });
    world.simulator.addJob({ name: '商城 Backend' });
    const step = await runStep({ world, inputs: byName(world.simulator.projectId, '商城 backend') });
    expect(step.code).toBe(0);
    expect(step.output('job-id')).toBe(id);
    expect(world.simulator.count('jobs')).toBe(3);
    expect(step.recorder.stdout).toContain('Starting build task 商城 backend for ');
  });

  it('is passed to the post step by its id', async () => {
    const world = await openWorld();
    const { id } = world.simulator.addJob({ name: 'shop' });
    const states: string[] = [];
    await runStep({
      world,
      inputs: byName(world.simulator.projectId, 'shop'),
      watch: (recorder) => {
        const saveState = recorder.saveState.bind(recorder);
        recorder.saveState = (name, value) => {
          states.push(value);
          saveState(name, value);
        };
      },
    });
    expect(states.map((state) => JSON.parse(state))).toEqual([
      { phase: 'over' },
      expect.objectContaining({ phase: 'starting', jobId: id }),
      { phase: 'running', jobId: id, buildNumber: 1 },
      { phase: 'over' },
    ]);
  });

  it('is not replaced by one with a similar name, which the error names', async () => {
    const world = await openWorld();
    for (const name of ['shop-backend', 'Shop-Frontend', 'warehouse']) world.simulator.addJob({ name });
    const step = await runStep({ world, inputs: byName(world.simulator.projectId, 'shop-bakcend') });
    expect(errors(step)).toEqual([
      'job-name: the project has no build task named "shop-bakcend" that these credentials may view. Did you mean "shop-backend"?',
    ]);
    expect(world.simulator.count('start')).toBe(0);
    const cased = await runStep({ world, inputs: byName(world.simulator.projectId, 'shop-frontend') });
    expect(errors(cased)[0]).toContain('Did you mean "Shop-Frontend"');
  });

  it('is reported with some jobs of the project when no name is similar', async () => {
    const world = await openWorld();
    const step = await runStep({ world, inputs: byName(world.simulator.projectId, 'payments') });
    expect(errors(step)).toEqual([expect.stringMatching(/may view\. It has "shop-backend"\.$/)]);
    const empty = await runStep({ world, inputs: byName('0'.repeat(32), 'payments') });
    expect(errors(empty)).toEqual([expect.stringMatching(/It has none at all: check project-id/)]);
  });

  it('is rejected with the ids of all matches when several jobs have the name', async () => {
    const world = await openWorld();
    const ids = ['twin', 'twin'].map((name) => world.simulator.addJob({ name }).id);
    const step = await runStep({ world, inputs: byName(world.simulator.projectId, 'twin') });
    expect(errors(step)).toEqual([
      `job-name: 2 build tasks of the project are named "twin": ${ids.join(', ')}. Set job-id to the one you mean.`,
    ]);
  });

  it('is reported as disabled, as not executable, and with wrong parameters, all at once', async () => {
    const world = await openWorld();
    world.simulator.addJob({ name: 'shop', disabled: true, permissions: { execute: false } });
    const inputs = { ...byName(world.simulator.projectId, 'shop'), parameters: 'releaseVersion=1' };
    const step = await runStep({ world, inputs });
    expect(errors(step)).toEqual([
      'job-name: the build task shop is disabled; enable it in CodeArts Build first.',
      expect.stringMatching(
        /^job-name: these credentials may not execute the build task shop; give their user the permission/,
      ),
      expect.stringMatching(
        /^parameters: the build task has no parameter releaseVersion; it has codeBranch\./,
      ),
    ]);
    expect(world.simulator.count('start')).toBe(0);
    expect(step.output('error')).toContain('is disabled');
  });

  const faults: readonly [string, Readonly<Record<string, string>>, RegExp][] = [
    ['by id as well', { 'job-name': 'shop' }, /^job-name: can't be given with job-id/],
    [
      'without a project',
      { 'job-id': '', 'job-name': 'shop' },
      /^project-id: missing; job-name is searched for in one CodeArts project/,
    ],
    [
      'as a project without a name',
      { 'job-id': '', 'project-id': '0'.repeat(32) },
      /^job-name: missing; project-id and job-name go together/,
    ],
    ['neither by id nor by name', { 'job-id': '' }, /^job-id: missing; .*or project-id and job-name\.$/],
    [
      'with an invalid project id',
      { 'job-id': '', 'project-id': 'shop', 'job-name': 'x' },
      /^project-id: "shop" is not a project ID/,
    ],
  ];
  it.each(faults)('is rejected when it is given %s', async (_, inputs, line) => {
    const step = await runStep({ inputs });
    expect(errors(step)).toEqual([expect.stringMatching(line)]);
    expect(step.world.simulator.count()).toBe(0);
  });
});

describe('the definition of a job', () => {
  const parameters = [
    { name: 'releaseVersion', default: '1.0' },
    { name: 'target', default: 'dev', choices: ['dev', 'test', 'prod'] },
    { name: 'architecture', default: 'x86', settable: false },
    { name: 'deployPassword', default: 'secret-default', sensitive: true },
  ];

  it('is read with one call before the start', async () => {
    const { world } = await runStep({ job: { parameters } });
    const calls = world.simulator.requests.map(({ call }) => call).filter((call) => call !== 'unknown');
    expect(calls.slice(0, 2)).toEqual(['job', 'start']);
    expect(world.simulator.count('job')).toBe(1);
  });

  it('prevents a start with wrong parameters, and all of them are reported at once', async () => {
    const given = [
      'relaseVersion=2',
      'target=production',
      'architecture=arm',
      'color=red',
      'releaseVersion=3',
    ];
    const step = await runStep({ job: { parameters }, inputs: { parameters: given.join('\n') } });
    expect(step.code).toBe(1);
    expect(errors(step)).toEqual([
      'parameters: the build task has no parameter relaseVersion; did you mean releaseVersion?',
      'parameters: the value of target is not one of those that the build task allows; expected dev, test, prod.',
      'parameters: "architecture" cannot be set at run time. Turn on Runtime Settings for it in the build task\'s parameters, or remove it here.',
      "parameters: the build task has no parameter color; it has codeBranch, releaseVersion, target, architecture, deployPassword. Add it to the build task's parameters, or remove it here.",
    ]);
    expect(step.world.simulator.builds(step.jobId)).toEqual([]);
    expect(step.recorder.states.get('build')).toBe('{"phase":"over"}');
  });

  it('allows the parameters that it has', async () => {
    const given = 'releaseVersion=2\ntarget=prod\ncodeBranch=release\ndeployPassword=hunter2hunter2';
    const step = await runStep({ job: { parameters }, inputs: { parameters: given } });
    expect(step.code).toBe(0);
  });

  it('does not restrict the parameters of a job that is defined by a file in the repository', async () => {
    const world = await openWorld();
    const job = world.simulator.addJob({ name: 'shop', parameters });
    job.settings.configType = 'YAML';
    const step = await runStep({ world, jobId: job.id, inputs: { parameters: 'knownToTheFile=1' } });
    expect(step.code).toBe(0);
  });

  it('names the sensitive parameters, whose values are masked before they are used', async () => {
    const step = await runStep({
      job: { parameters },
      inputs: { parameters: 'deployPassword=p@ss word/1\nreleaseVersion=2.0.0-public' },
    });
    expect(step.recorder.masks).toContain('p@ss word/1');
    expect(step.recorder.masks).toContain('p%40ss%20word%2F1');
    expect(step.recorder.masks).not.toContain('2.0.0-public');
  });

  it.each([
    ['1234', ['1234'], []],
    [
      '123',
      [],
      [
        'parameters: the build task marks pin as sensitive, but its value is shorter than 4 characters and is not masked in the log.',
      ],
    ],
  ])(
    'has the sensitive value %s masked, or reported as too short to be masked',
    async (pin, masks, warnings) => {
      const step = await runStep({
        job: { parameters: [{ name: 'pin', sensitive: true }] },
        inputs: { parameters: `pin=${pin}` },
      });
      expect(step.recorder.masks.filter((mask) => mask.startsWith('123'))).toEqual(masks);
      expect(step.recorder.annotations.map(({ message }) => message)).toEqual(warnings);
    },
  );

  it('is optional when the caller may not read it, which the log mentions', async () => {
    const options = { job: { parameters, permissions: { view: false } }, debugging: true };
    const step = await runStep({ ...options, inputs: { parameters: 'color=red' } });
    expect(step.code).toBe(0);
    expect(step.recorder.annotations).toEqual([]);
    expect(step.recorder.stdout).toMatch(
      /::debug::CodeArts rejected the request to read the definition of the build task: .*HTTP 403.* The parameters are not checked\./,
    );
    expect(step.recorder.stdout).toContain(
      'The parameters are not checked, and values are masked here only where GitHub knows them as secrets.\n',
    );
  });

  it("is optional when it can't be read, which leads to a warning", async () => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'job', kind: 'status', status: 503, times: 1000 });
    const step = await runStep({ world, job: { parameters }, inputs: { parameters: 'color=scarlet' } });
    expect(step.code).toBe(0);
    expect(step.recorder.annotations).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining('all of their values are masked'),
      }),
    ]);
    expect(step.recorder.masks).toContain('scarlet');
  });

  it('is requested again when the first response is lost', async () => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'job', kind: 'status', status: 502 });
    const step = await runStep({ world, job: { parameters }, inputs: { parameters: 'color=red' } });
    expect(step.code).toBe(1);
    expect(errors(step)[0]).toContain('the build task has no parameter color');
  });

  const strict = [{ name: 'codeBranch', default: 'release', choices: ['release', 'next'] }];
  it("decides whether the event's branch is sent", async () => {
    const step = await runStep({ job: { parameters: strict } });
    expect(step.code).toBe(0);
    const [start] = step.world.simulator.requests.filter(({ call }) => call === 'start');
    expect(JSON.parse(start?.body ?? '')).toEqual({ job_id: step.jobId, scm: { build_commit_id: commit } });
  });

  it("provides the job's name for the last line when the record has none", async () => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'details', kind: 'status', status: 403, times: 1000 });
    const step = await runStep({ world, job: { parameters } });
    expect(step.lastLine).toMatch(/^Build #1 of shop-backend succeeded/);
  });
});

describe('the error of a rejected start', () => {
  it('reports that the job is disabled', async () => {
    const step = await runStep({ job: { disabled: true } });
    expect(errors(step)).toEqual([
      expect.stringMatching(/^CodeArts rejected the request to start the build: 构建任务已被禁用/),
    ]);
    expect(step.output('result')).toBe('');
  });

  it('reports that the permission is missing', async () => {
    const step = await runStep({ job: { permissions: { execute: false } } });
    expect(errors(step)).toEqual([
      expect.stringMatching(
        /^CodeArts rejected the request to start the build: .*HTTP 403.*The user needs View and Execute/,
      ),
    ]);
  });

  it('reports that the job does not exist', async () => {
    const step = await runStep({ jobId: '0'.repeat(32) });
    expect(errors(step)).toEqual([
      expect.stringMatching(
        /^CodeArts rejected the request to start the build: 构建任务不存在 .*Check job-id/,
      ),
    ]);
  });
});
