// Tests what is found out about a rejected start, and that a cancelled run does not wait for it.

import { describe, expect, it } from 'vitest';
import { explainRejection } from '../../src/builds/start.ts';
import { ApiError } from '../../src/codearts/errors.ts';
import { connected } from './client.ts';

interface Case {
  readonly status?: number;
  readonly code?: string;
  /** Whether the job was given by its name, so that its project is known. */
  readonly byName?: boolean;
  readonly disabled?: boolean;
  readonly reason?: string;
  readonly role?: string;
  readonly mayExecute?: boolean;
}

/** What is added to the error, and the calls that were sent. */
async function explain(given: Case): Promise<{ remedy: string | undefined; calls: readonly string[] }> {
  const {
    status = 400,
    code = 'CB.1',
    byName = false,
    disabled = false,
    reason,
    role,
    mayExecute = false,
  } = given;
  const { client, simulator, time } = await connected();
  const job = simulator.addJob({ name: 'shop' });
  const answer = (
    call: 'check-disable' | 'user-permission',
    result: Readonly<Record<string, string | boolean>>,
  ) =>
    simulator.faults.add({
      call,
      kind: 'rewrite',
      rewrite: () => ({ result, error: null, status: 'success' }),
    });
  answer('check-disable', { disabled, reson: reason ?? '', forbiddener: '' });
  answer('user-permission', { role_name: role ?? '', execute_permission: mayExecute });
  const error = new ApiError('start the build', {
    kind: 'rejected',
    status,
    code,
    message: 'no',
    requestId: '',
  });
  const calls = { client, clock: time, signal: new AbortController().signal };
  const { failure } = await explainRejection(error, calls, job.id, byName ? simulator.projectId : undefined);
  return {
    remedy: failure.kind === 'rejected' ? failure.remedy : undefined,
    calls: simulator.requests.map(({ call }) => call),
  };
}

describe('the explanation of a rejected start', () => {
  it.each([
    { given: { disabled: true, reason: 'moved' }, why: ' (moved)' },
    { given: { disabled: true }, why: '' },
    { given: { disabled: true, status: 403 }, why: '' },
  ])('says that the job is disabled: $given', async ({ given, why }) => {
    expect(await explain(given)).toEqual({
      remedy: `The build task is disabled${why}: enable it in CodeArts Build first.`,
      calls: ['check-disable'],
    });
  });

  it.each([
    { role: 'Viewer', who: "The user's role (Viewer)" },
    { role: '', who: 'The role of the user' },
  ])('says that a role may not execute the job: "$role"', async ({ role, who }) => {
    expect(await explain({ status: 403, byName: true, role, mayExecute: false })).toEqual({
      remedy: `${who} in the CodeArts project may not execute build tasks: by default a project manager, developer, system engineer or committer may.`,
      calls: ['user-permission'],
    });
  });

  it.each([
    { given: { status: 400 }, calls: ['check-disable'] },
    { given: { status: 403, byName: true, role: 'Developer', mayExecute: true }, calls: ['user-permission'] },
    { given: { status: 401, disabled: true }, calls: [] },
    { given: { status: 500, disabled: true }, calls: [] },
    { given: { status: 404, disabled: true }, calls: [] },
  ])('adds nothing where nothing is found or asked for: $given', async ({ given, calls }) => {
    expect(await explain(given)).toEqual({ remedy: undefined, calls });
  });
});

it('stops asking why a start was rejected when the run is cancelled', async () => {
  const { client, simulator, time } = await connected();
  const job = simulator.addJob({ name: 'shop' });
  const cancel = new AbortController();
  simulator.faults.add({ call: 'check-disable', kind: 'hang-before' });
  simulator.onRequest('check-disable', 1, () => cancel.abort(new Error('the workflow was cancelled')));
  const rejected = { kind: 'rejected', status: 400, code: 'CB.1', message: 'no', requestId: '' } as const;
  const error = new ApiError('start the build', rejected);
  const calls = { client, clock: time, signal: cancel.signal };
  const explaining = explainRejection(error, calls, job.id, undefined);
  await expect(explaining).rejects.toThrow('the workflow was cancelled');
});
