// Tests the link to a build in the console: it is there in full or not at all.

import { describe, expect, it } from 'vitest';
import { formatBuildUrl } from '../../../src/github/report/build-report.ts';
import { rewriteJson } from '../../simulator/simulator.ts';
import { openWorld, runStep } from '../../story/story.ts';

const facts = {
  region: 'cn-north-4',
  project_id: 'a'.repeat(32),
  job_id: 'b'.repeat(32),
  build_number: '7',
  record_id: '',
};

describe('the link to a build', () => {
  it("leads to the region's console, or to that of the template", () => {
    expect(formatBuildUrl('', facts)).toBe(
      `https://devcloud.cn-north-4.huaweicloud.com/cicd/project/${facts.project_id}/cloudbuild/detail/history/${facts.job_id}`,
    );
    expect(formatBuildUrl('https://hcs.example/{region}/{job_id}/{build_number}', facts)).toBe(
      `https://hcs.example/cn-north-4/${facts.job_id}/7`,
    );
  });

  it('is empty where a field of its template is not known', () => {
    expect(formatBuildUrl('', { ...facts, project_id: '' })).toBe('');
    expect(formatBuildUrl('', { ...facts, region: '' })).toBe('');
    expect(formatBuildUrl('https://hcs.example/{record_id}', facts)).toBe('');
    expect(formatBuildUrl('https://hcs.example/{job_id}', { ...facts, project_id: '', region: '' })).not.toBe(
      '',
    );
  });

  it('is left out of the output and the last line where CodeArts does not name the project', async () => {
    const world = await openWorld({ faults: ['no-project-id'] });
    const { code, output, lastLine } = await runStep({ world });
    expect({ code, url: output('build-url'), lastLine }).toEqual({
      code: 0,
      url: '',
      lastLine: 'Build #1 of shop-backend succeeded in 12 s.',
    });
  });

  it('is set as soon as CodeArts names the project', async () => {
    const world = await openWorld();
    const nameless = rewriteJson('record', /"devcloud_project_id":"[^"]*"/g, '"devcloud_project_id":null');
    world.simulator.faults.add({ ...nameless, times: 2 });
    const { output, recorder } = await runStep({ world });
    expect(output('build-url')).toContain('/cloudbuild/');
    expect(recorder.ownLines.filter((line) => line.startsWith('See https://'))).toHaveLength(1);
  });

  it('names the project of the input where CodeArts does not', async () => {
    const world = await openWorld({ faults: ['no-project-id'] });
    const projectId = 'c'.repeat(32);
    const { id } = world.simulator.addJob({ name: 'shop', projectId });
    const inputs = { 'job-id': '', 'project-id': projectId, 'job-name': 'shop' };
    const { output } = await runStep({ world, jobId: id, inputs });
    expect(output('build-url')).toContain(`/project/${projectId}/cloudbuild/`);
  });
});
