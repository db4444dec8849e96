/** Handles the calls that list builds: 4.1, 4.2, 4.7, 4.9 and 4.28. */

import type { Build } from '../build.ts';
import { chinaTime, parseChinaTime, utcTime } from '../dates.ts';
import { defaultMessage } from '../job-facts.ts';
import type { Json } from '../json.ts';
import { errors } from '../service-errors.ts';
import { type Answer, type Call, jobOf, numberFrom, ok, projectOf, textFrom } from './call.ts';

const day = 24 * 60 * 60 * 1000;
const longestWindow = 31 * day;

export function showHistory(call: Call): Answer {
  const job = jobOf(call);
  const interval = numberFrom(call, 'interval', { min: 1, max: 30 });
  const since = call.cloud.clock.now() - interval * day;
  const builds = job.history.filter((build) => build.facts.requestedAt >= since);
  return ok({ total: builds.length, history_records: page(call, builds).map(historyJson) });
}

export function showPeriodHistory(call: Call): Answer {
  const job = jobOf(call);
  const { from, to } = dayWindow(call);
  const builds = within(job.history, from, to);
  const records = page(call, builds).map((build) => ({
    ...historyJson(build),
    branch: build.facts.branch ?? null,
    commit_id: build.commit,
    commit_message: build.facts.job.settings.scm.headMessage ?? defaultMessage,
    executor: build.facts.executor,
    trigger_type: triggerWords[build.facts.trigger] ?? build.facts.trigger,
  }));
  return ok({ total: builds.length, history_records: records });
}

export function showSuccessRatio(call: Call): Answer {
  const job = jobOf(call);
  const { from, to } = dayWindow(call);
  const ended = within(job.history, from, to).filter((build) => build.ended);
  const good = ended.filter((build) => build.status === 'SUCCESS').length;
  const ratio = ended.length === 0 ? 0 : Math.round((good / ended.length) * 100) / 100;
  return ok({ success_count: good, total_count: ended.length, success_ratio: ratio });
}

export function showLastHistory(call: Call): Answer {
  const project = projectOf(call);
  const repository = textFrom(call, 'repository_name');
  if (/[\u4e00-\u9fa5]/.test(repository)) throw errors.badParameter('repository_name');
  const builds = [...call.cloud.jobs.values()]
    .filter((job) => job.projectId === project)
    .filter((job) => (job.settings.scm.repositoryName ?? job.name) === repository)
    .flatMap((job) => job.history)
    .filter((build) => build.status === 'SUCCESS')
    .sort((one, other) => other.endsAt() - one.endsAt());
  const [last] = builds;
  if (last === undefined) throw errors.noHistory();
  const { record_id, job_id, ...rest } = historyJson(last);
  return ok({ record_id, job_id, job_name: last.facts.job.name, ...rest, commit_id: last.commit });
}

export function showRecords(call: Call): Answer {
  const job = jobOf(call);
  for (const name of ['start_time', 'end_time']) {
    if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(textFrom(call, name))) throw errors.badParameter(name);
  }
  const from = momentFrom(call, 'start_time');
  const to = momentFrom(call, 'end_time');
  checkWindow(from, to);
  const builds = within(job.history, from, to);
  const index = numberFrom(call, 'page_index', { min: 0, max: 1_000_000, otherwise: 0 });
  const size = numberFrom(call, 'page_size', { min: 1, max: 100, otherwise: 10 });
  const total = String(builds.length);
  return ok({
    result: {
      health_score: healthScore(builds),
      page_index: String(index),
      total_page: total,
      total_record: total,
      job_build_states: builds
        .slice(index * size, (index + 1) * size)
        .map((build) => recordListJson(call, build)),
    },
    error: null,
    status: 'success',
  });
}

const triggerWords: Readonly<Record<string, string>> = {
  MANUAL: '手工触发',
  TIMER: '定时触发',
  PUSH: '代码更新触发',
  PIPELINE: '流水线触发',
};

/** `record_id` is the daily number in these lists, despite its name. */
function historyJson(build: Build) {
  const { endedAt } = build;
  return {
    record_id: build.facts.dailyNumber,
    job_id: build.facts.job.id,
    build_number: build.number,
    start_time: chinaTime(build.facts.requestedAt),
    end_time: endedAt === undefined ? null : chinaTime(endedAt),
    result: endedAt === undefined ? '' : build.status,
  };
}

function recordListJson(call: Call, build: Build): Json {
  const { facts } = build;
  const { scm } = facts.job.settings;
  const cost = Math.round((build.endedAt ?? call.cloud.clock.now()) - facts.requestedAt);
  const web =
    scm.webUrl ?? `https://codehub.devcloud.example.com/codehub/${scm.repositoryId ?? '2111616838'}/home`;
  return {
    number: build.number,
    build_time: cost,
    start_time: facts.requestedAt,
    job_running_status: build.ended ? 'Finished' : build.status,
    state: build.ended ? build.status : '',
    user_id: call.cloud.userId,
    executor: facts.executor,
    nickname: facts.executor,
    daily_build_number: facts.dailyNumber,
    trigger_type: triggerWords[facts.trigger] ?? facts.trigger,
    commit_id: build.commit,
    cost_time: cost,
    commit_info: { commit_id: build.commit, created_at: utcTime(facts.requestedAt) },
    build_type: facts.buildType,
    code_branch: facts.branch ?? null,
    scm_type: scm.type ?? 'codehub',
    scm_web_url: web,
    commit_detail_url: web.replace(/home$/, `${build.commit}/commitdetail`),
  };
}

function healthScore(builds: readonly Build[]): string {
  const ended = builds.filter((build) => build.ended);
  const good = ended.filter((build) => build.status === 'SUCCESS').length;
  return String(ended.length === 0 ? 0 : Math.round((good / ended.length) * 100));
}

function page<T>(call: Call, all: readonly T[]): T[] {
  const offset = numberFrom(call, 'offset', { min: 0, max: 1_000_000 });
  const limit = numberFrom(call, 'limit', { min: 1, max: 100 });
  // In 4.1 and 4.2 `offset` is a page number.
  return all.slice(offset * limit, (offset + 1) * limit);
}

function dayWindow(call: Call): { from: number; to: number } {
  for (const name of ['start_time', 'end_time']) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(textFrom(call, name))) throw errors.badParameter(name);
  }
  const from = momentFrom(call, 'start_time');
  const to = momentFrom(call, 'end_time');
  checkWindow(from, to);
  return { from, to: to + day - 1 };
}

function momentFrom(call: Call, name: string): number {
  const moment = parseChinaTime(textFrom(call, name));
  if (moment === undefined) throw errors.badParameter(name);
  return moment;
}

function checkWindow(from: number, to: number): void {
  if (to < from) throw errors.badParameter('end_time');
  if (to - from > longestWindow) throw errors.windowTooLong();
}

const within = (builds: readonly Build[], from: number, to: number): Build[] =>
  builds.filter(({ facts }) => facts.requestedAt >= from && facts.requestedAt <= to);
