/** Handles the calls that start and stop builds: 4.4, 4.6, 4.14 and 7.4. */
import * as v from 'valibot';
import type { Job } from '../job.ts';
import { errors } from '../service-errors.ts';
import { type Answer, buildOf, type Call, jobOf, ok, readBody } from './call.ts';

const startSchema = v.object({
  job_id: v.string(),
  parameter: v.nullish(v.array(v.object({ name: v.string(), value: v.string() }))),
  scm: v.nullish(
    v.object({
      build_tag: v.nullish(v.string()),
      build_commit_id: v.nullish(v.string()),
      branch: v.nullish(v.string()),
      build_type: v.nullish(v.picklist(['branch', 'tag', 'commitId'])),
    }),
  ),
});

const forbiddenNames = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'PATH', 'BASH_ENV', 'GIT_SSH_COMMAND', 'path'];

export function startBuild(call: Call): Answer {
  const body = readBody(call, startSchema);
  const job = call.cloud.job(body.job_id, call.caller.iamProjectId);
  if (!call.cloud.mayExecute(job)) throw errors.notAllowed();
  if (job.settings.disabled) throw errors.disabled();
  const parameters = body.parameter ?? [];
  checkParameters(job, parameters);
  const build = job.start({
    commit: body.scm?.build_commit_id || undefined,
    tag: body.scm?.build_tag || undefined,
    branch: body.scm?.branch || undefined,
    buildType: body.scm?.build_type ?? undefined,
    parameters: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
    executor: call.caller.user,
  });
  return ok({
    octopus_job_name: build.facts.executionId,
    actual_build_number: String(build.number),
    daily_build_number: build.facts.dailyNumber,
  });
}

function checkParameters(job: Job, parameters: readonly { name: string; value: string }[]): void {
  for (const { name, value } of parameters) {
    if (!/^\w{1,128}$/.test(name) || forbiddenNames.includes(name)) {
      throw errors.badParameter(`parameter name ${name}`);
    }
    if (value.length > 8192) throw errors.badParameter(`the value of ${name} is too long`);
    const choices = job.parameters.find((known) => known.name === name)?.choices;
    if (choices !== undefined && !choices.includes(value)) {
      throw errors.badParameter(`the value of ${name} is not one of ${choices.join(', ')}`);
    }
  }
}

export function stopBuild(call: Call): Answer {
  const build = buildOf(call);
  if (!call.cloud.mayExecute(build.facts.job)) throw errors.notAllowed();
  if (!build.stop(call.caller.user)) throw errors.alreadyEnded();
  return ok({ success: true, result: '' });
}

const stopSchema = v.object({ job_id: v.string(), build_no: v.union([v.string(), v.number()]) });

export function stopBuildByBody(call: Call): Answer {
  const body = readBody(call, stopSchema);
  const job = call.cloud.job(body.job_id, call.caller.iamProjectId);
  const build = call.cloud.build(job, String(body.build_no));
  if (!call.cloud.mayExecute(job)) throw errors.notAllowed();
  if (!build.stop(call.caller.user)) throw errors.alreadyEnded();
  return ok({ result: true });
}

/** Whether any build of the job is running. */
export function jobStatus(call: Call): Answer {
  return ok({ result: jobOf(call).builds.some((build) => !build.ended) });
}
