/** Handles the calls that create (4.18), update (4.19), disable (4.16), recover (4.17) and delete (4.15) a job. */

import type { Job } from '../job.ts';
import type { JobPermissions } from '../job-facts.ts';
import { errors } from '../service-errors.ts';
import { type Answer, type Call, jobOf, ok, readBody } from './call.ts';
import { createSchema, settingsFrom, updateSchema } from './job-definition.ts';

export function createJob(call: Call): Answer {
  const body = readBody(call, createSchema);
  const settings = settingsFrom(body);
  refuseTakenName(call, body.project_id, body.job_name, undefined);
  const job = call.cloud.createJob(body.project_id, {
    ...settings,
    disabled: false,
    permissions: {},
    notices: new Map(),
  });
  return ok({ result: { job_id: job.id }, error: null, status: 'success' });
}

export function updateJob(call: Call): Answer {
  const body = readBody(call, updateSchema);
  const job = call.cloud.job(body.job_id, call.caller.iamProjectId);
  permit(job, 'modify');
  if (job.projectId !== body.project_id) throw errors.badParameter('project_id');
  const settings = settingsFrom(body);
  refuseTakenName(call, body.project_id, body.job_name, job);
  // Running builds keep the definition they were started with.
  Object.assign(job.settings, settings);
  return ok({ result: { job_id: job.id }, error: null, status: 'success' });
}

export function deleteJob(call: Call): Answer {
  const job = jobOf(call);
  permit(job, 'delete');
  for (const build of job.builds) build.stop(call.caller.user);
  call.cloud.removeJob(job);
  return ok({ status: 'success', result: { job_id: job.id, project_id: job.projectId } });
}

export const disableJob = (call: Call): Answer => setDisabled(call, true);
export const recoverJob = (call: Call): Answer => setDisabled(call, false);

function setDisabled(call: Call, disabled: boolean): Answer {
  const job = jobOf(call);
  permit(job, 'disable');
  job.settings.disabled = disabled;
  return ok({ status: 'success' });
}

function permit(job: Job, what: keyof JobPermissions): void {
  if (job.settings.permissions[what] === false) throw errors.notAllowed();
}

function refuseTakenName(call: Call, projectId: string, name: string, except: Job | undefined): void {
  const taken = [...call.cloud.jobs.values()].some(
    (job) => job !== except && job.projectId === projectId && job.name === name,
  );
  if (taken) throw errors.nameTaken();
}
