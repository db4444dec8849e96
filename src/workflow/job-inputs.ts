// Which job is meant: by its id, or by its name in a CodeArts project. Asks nobody whether there is such a job.

import { quote } from '../one-line.ts';
import type { InputReader } from './input-reader.ts';

export type JobRef =
  | { readonly by: 'id'; readonly jobId: string }
  | { readonly by: 'name'; readonly projectId: string; readonly jobName: string };

/** Where a problem was told, what comes back is not to be used. */
export function readJob(reader: InputReader): JobRef {
  const jobId = reader.raw('job-id');
  const projectId = reader.raw('project-id');
  const jobName = reader.raw('job-name');
  if (projectId !== '' && !/^[a-z0-9]{32}$/i.test(projectId)) {
    reader.addError(
      'project-id',
      `${quote(projectId)} is no project id; expected 32 letters and digits, as at the end of the project page's address`,
    );
  }
  if (jobId !== '') {
    checkId(reader, jobId, jobName);
    return { by: 'id', jobId };
  }
  if (jobName === '' && projectId === '') {
    reader.addError(
      'job-id',
      "missing; expected the 32 characters at the end of the job page's address, or project-id and job-name",
    );
  } else if (jobName === '') {
    reader.addError('job-name', 'missing; project-id and job-name go together (or give job-id alone)');
  } else if (projectId === '') {
    reader.addError(
      'project-id',
      "missing; job-name is looked for in one CodeArts project: expected the 32 characters at the end of its page's address",
    );
  }
  return { by: 'name', projectId, jobName };
}

function checkId(reader: InputReader, jobId: string, jobName: string): void {
  if (jobName !== '') {
    reader.addError(
      'job-name',
      "can't be given with job-id, which already says which job it is; remove one of them",
    );
  }
  if (/^[a-z0-9]{32}$/.test(jobId)) return;
  reader.addError(
    'job-id',
    `${quote(jobId)} is no job id; expected 32 lower-case letters and digits, as at the end of the job page's address`,
  );
}
