/** Handles the calls for the notifications of a job: list (4.23), update (4.24) and disable (4.25). Nothing is ever sent. */
import * as v from 'valibot';
import type { Job } from '../job.ts';
import type { NoticeType } from '../job-facts.ts';
import { errors } from '../service-errors.ts';
import { type Answer, type Call, jobOf, ok, readBody, textFrom } from './call.ts';

const types = ['DING_TALK', 'MAIL', 'MESSAGE'] as const satisfies readonly NoticeType[];
const events = ['buildJobFail', 'updateConfigJob', 'buildJobSuccess', 'deleteJob', 'forbiddenJob'] as const;

export function queryNotices(call: Call): Answer {
  const job = jobOf(call);
  const result = types.map((type) => {
    const notice = noticeOf(job, type);
    return {
      notice_type: type,
      enable_map: Object.fromEntries(events.map((event) => [event, notice.events.has(event)])),
      param_config: notice.config,
    };
  });
  return ok({ result, error: null, status: 'success' });
}

/** Failed builds are reported by mail unless that was changed. */
const noticeOf = (job: Job, type: NoticeType) =>
  job.settings.notices.get(type) ?? {
    events: new Set<string>(type === 'MAIL' ? ['buildJobFail'] : []),
    config: null,
  };

const updateSchema = v.object({
  notice_type: v.picklist(types),
  enabled_event_type_names: v.array(v.picklist(events)),
  param_config: v.nullish(v.string()),
});

export function updateNotice(call: Call): Answer {
  const job = modifiable(call);
  const body = readBody(call, updateSchema);
  job.settings.notices.set(body.notice_type, {
    events: new Set(body.enabled_event_type_names),
    config: body.param_config ?? null,
  });
  return ok({ result: changedResult(job), error: null, status: 'success' });
}

/** Text, as the table says and the typed SDKs expect; the sample shows an object. */
const changedResult = (job: Job): string => JSON.stringify({ job_id: job.id });

export function disableNotice(call: Call): Answer {
  const job = modifiable(call);
  // The sample sends `message`; 4.23 returns MESSAGE.
  const wanted = textFrom(call, 'notice_type').toUpperCase();
  const type = types.find((known) => known === wanted);
  if (type === undefined) throw errors.badParameter('notice_type');
  job.settings.notices.set(type, { events: new Set(), config: noticeOf(job, type).config });
  return ok({ result: changedResult(job), error: null, status: 'success' });
}

function modifiable(call: Call): Job {
  const job = jobOf(call);
  if (job.settings.permissions.modify === false) throw errors.notAllowed();
  return job;
}
