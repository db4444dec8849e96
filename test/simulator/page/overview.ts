/**
 * Renders the page at `/`: jobs, the last builds, and the last calls with the verdict on their signatures. It shows no
 * headers and no bodies, in case real keys are sent by mistake.
 */
import { html } from 'hono/html';
import type { Build } from '../build.ts';
import type { Cloud } from '../cloud.ts';
import type { Job } from '../job.ts';
import type { ReceivedRequest } from '../received-request.ts';
import { duration, frame, type Html, moment, state } from './frame.ts';
import { visible } from './visible-text.ts';

export interface Shown {
  readonly cloud: Cloud;
  readonly requests: readonly ReceivedRequest[];
  readonly requestCount: number;
  /** The address of the simulator, with its prefix. */
  readonly url: string;
  /** The prefix, without a slash at its end. */
  readonly base: string;
  /** How to use the simulator with a client, as text. */
  readonly guide: string;
}

const shownBuilds = 20;
const shownCalls = 40;

export function overview(shown: Shown): Html {
  const builds = [...shown.cloud.jobs.values()].flatMap((job) => job.builds.filter(({ visible }) => visible));
  const asked = builds
    .filter(({ family }) => family === undefined)
    .sort((one, other) => other.facts.requestedAt - one.facts.requestedAt || other.number - one.number);
  const rejected = shown.requests.filter(({ status }) => status >= 400).length;
  const main = html`
<p class="soft">${executorUse(shown.cloud, builds)} · ${shown.requestCount} ${shown.requestCount === 1 ? 'call' : 'calls'}
 received, ${rejected} rejected</p>
<h2>Builds <small>the last ${shownBuilds}</small></h2>
<div class="card">${buildTable(asked.slice(0, shownBuilds), shown)}</div>
<h2>Calls <small>the last ${shownCalls}; times are UTC</small></h2>
<div class="card">${callTable(shown.requests.slice(-shownCalls).toReversed())}</div>
<h2>Jobs</h2>
<div class="card">${jobTable([...shown.cloud.jobs.values()], shown)}</div>`;
  const top = html`<h1>CodeArts Build simulator</h1><code>${shown.url}</code>`;
  const below = html`<section><h2>Use it</h2>
<details><summary>the action, curl, KooCLI</summary><div class="card"><pre>${shown.guide}</pre></div></details></section>`;
  return frame('CodeArts Build simulator', top, main, below);
}

function executorUse(cloud: Cloud, builds: readonly Build[]): string {
  const leaves = builds.filter(({ children }) => children.length === 0);
  const running = leaves.filter(({ status }) => status === 'Running').length;
  const waiting = leaves.filter(({ status }) => status === 'InQueue').length;
  const { executors } = cloud;
  return `executors: ${executors ?? 'unlimited'}, ${running} running, ${waiting} in the queue`;
}

/** A link to the page of the build. */
export function buildLink(build: Build, base: string, text = `#${build.number}`): Html {
  return html`<a href="${base}/builds/${build.facts.job.id}/${build.number}">${text}</a>`;
}

const short = (commit: string): string => (/^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 8) : commit);

function buildTable(builds: readonly Build[], { base, cloud }: Shown): Html {
  if (builds.length === 0) {
    return html`<div class="empty">None yet. <code>POST /v3/jobs/build</code> starts one.</div>`;
  }
  return html`<table>
<thead><tr><th>build</th><th>job</th><th>state</th><th>source</th><th>by</th><th>requested</th><th>ran</th></tr></thead>
<tbody>${builds.map((build) => {
    const { facts, startedAt, endedAt } = build;
    const ran = startedAt === undefined ? undefined : (endedAt ?? cloud.clock.now()) - startedAt;
    return html`<tr><td>${buildLink(build, base)}</td><td class="wide">${visible(facts.name)}</td>
<td>${state(build.status)}</td>
<td class="nowrap">${visible(facts.tag ?? facts.branch ?? '')} <code class="soft">${visible(short(build.commit))}</code></td>
<td>${visible(facts.executor)}</td><td>${moment(facts.requestedAt)}</td><td class="nowrap">${duration(ran)}</td></tr>`;
  })}</tbody></table>`;
}

function callTable(requests: readonly ReceivedRequest[]): Html {
  if (requests.length === 0) return html`<div class="empty">None yet.</div>`;
  return html`<table>
<thead><tr><th>at</th><th>call</th><th>request</th><th>signature</th><th class="right">answer</th></tr></thead>
<tbody>${requests.map(({ at, call, method, path, query, verdict, status, code, faults }) => {
    const search = query.size === 0 ? '' : `?${query}`;
    return html`<tr><td>${moment(at)}</td><td class="nowrap">${call}</td>
<td class="wide mono">${method} ${visible(path)}<span class="soft">${visible(search)}</span></td>
<td>${state(verdict)}</td>
<td class="right nowrap">${faults.length === 0 ? '' : html`<span class="odd">${faults.join(', ')}</span> `}${answer(status, code)}</td></tr>`;
  })}</tbody></table>`;
}

function answer(status: number, code: string): Html {
  if (status === 0) return html`<span class="bad">none</span>`;
  const why = code === '' ? '' : html` <span class="mono soft">${visible(code)}</span>`;
  return html`<span class="mono ${status < 400 ? 'good' : 'bad'}">${status}</span>${why}`;
}

function jobTable(jobs: readonly Job[], { base }: Shown): Html {
  if (jobs.length === 0) return html`<div class="empty">None.</div>`;
  return html`<table>
<thead><tr><th>job</th><th></th><th>id</th><th class="right">builds</th><th>last</th></tr></thead>
<tbody>${jobs.map((job) => {
    const [last] = job.history;
    return html`<tr><td class="nowrap">${visible(job.name)}</td><td class="wide soft">${visible(job.description)}</td>
<td><code>${job.id}</code></td><td class="right">${job.builds.length}</td>
<td class="nowrap">${job.settings.disabled ? html`<span class="odd">disabled</span> ` : ''}${
      last === undefined
        ? html`<span class="soft">–</span>`
        : html`${buildLink(last, base)} ${state(last.status)}`
    }</td></tr>`;
  })}</tbody></table>`;
}
