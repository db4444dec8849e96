// Tests the explanation of a rejected start where it takes longer than the run.

import { expect, it } from 'vitest';
import { explainRejection } from '../../src/builds/explain-rejection.ts';
import { ApiError } from '../../src/codearts/errors.ts';
import { connected } from './client.ts';

it('stops asking why a start was rejected when the run is cancelled', async () => {
  const { client, simulator, time } = await connected();
  const job = simulator.addJob({ name: 'shop' });
  const cancel = new AbortController();
  simulator.faults.add({ call: 'check-disable', kind: 'hang-before' });
  simulator.onRequest('check-disable', 1, () => cancel.abort(new Error('the workflow was cancelled')));
  const rejected = { kind: 'rejected', status: 400, code: 'CB.1', message: 'no', requestId: '' } as const;
  const explaining = explainRejection(new ApiError('start the build', rejected), {
    client,
    clock: time,
    signal: cancel.signal,
    jobId: job.id,
    projectId: undefined,
  });
  await expect(explaining).rejects.toThrow('the workflow was cancelled');
});
