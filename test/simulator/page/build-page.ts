/** Renders the page of one build: its state, steps, children, artifacts and its log. Sensitive parameters are masked. */
import { html } from 'hono/html';
import type { Build } from '../build.ts';
import { fillPlaceholders } from '../build-log.ts';
import type { Artifact } from '../scenario.ts';
import { duration, frame, type Html, moment, state } from './frame.ts';
import { logEnd } from './log-piece.ts';
import { buildLink } from './overview.ts';
import { visible } from './visible-text.ts';

/** `base`: the prefix, without a slash at its end; `now`: the simulator's time. */
export function buildPage(build: Build, base: string, now: number): Html {
  const { facts } = build;
  const title = `${facts.name} #${build.number}`;
  const top = html`<h1>${visible(facts.name)} <small>#${build.number}</small></h1><a href="${base}/">all builds</a>`;
  const main = html`<p>${state(build.status)} ${said(build)}</p>
<div class="card">${aboutIt(build, base, now)}</div>
${build.steps.length === 0 ? '' : html`<h2>Steps</h2><div class="card">${stepTable(build)}</div>`}
${build.children.length === 0 ? '' : html`<h2>Children</h2><div class="card">${childTable(build, base, now)}</div>`}
${artifactsOf(build)}`;
  const end = logEnd(build);
  const more = `${base}/builds/${facts.job.id}/${build.number}/log`;
  const below = html`<section><h2>Log</h2><div class="card"><pre id="log" tabindex="0" aria-label="log"
 data-more="${more}" data-next="${end.next}" data-complete="${end.complete}">${end.text}</pre></div></section>`;
  return frame(`${build.status} ${visible(title)}`, top, main, below);
}

function said(build: Build): string {
  const { errorMessage } = build.facts.scenario;
  if (build.stoppedBy !== undefined) return `stopped by ${visible(build.stoppedBy)}`;
  return build.ended && build.status !== 'SUCCESS' ? visible(errorMessage ?? '') : '';
}

function aboutIt(build: Build, base: string, now: number): Html {
  const { facts, family, startedAt, endedAt } = build;
  const waited = startedAt === undefined ? undefined : startedAt - build.createdAt;
  const ran = startedAt === undefined ? undefined : (endedAt ?? now) - startedAt;
  const parameters = Object.entries(build.parameters).map(([name, value]) =>
    facts.job.isSensitive(name) ? `${name}=*****` : `${name}=${value}`,
  );
  const rows: readonly (readonly [string, Html | string])[] = [
    ['job', html`<code>${facts.job.id}</code>`],
    ['record', html`<code>${build.recordId}</code>`],
    ['daily number', facts.dailyNumber],
    ['commit', html`<code>${visible(build.commit)}</code>`],
    [facts.tag === undefined ? 'branch' : 'tag', visible(facts.tag ?? facts.branch ?? '')],
    ['parameters', visible(parameters.join('  '))],
    ['by', visible(facts.executor)],
    ['requested', moment(facts.requestedAt)],
    ['waited', duration(waited)],
    ['ran', duration(ran)],
  ];
  const parent =
    family === undefined ? '' : html`<div><dt>child of</dt><dd>${buildLink(family.parent, base)}</dd></div>`;
  return html`<dl>${parent}${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

const stepTable = (build: Build): Html =>
  html`<table><tbody>${build.steps.map(
    ({ name, status, milliseconds }) => html`<tr><td class="wide">${visible(name)}</td>
<td>${state(status, status === '' ? 'not yet' : status)}</td>
<td class="right nowrap">${status === '' ? '' : duration(milliseconds)}</td></tr>`,
  )}</tbody></table>`;

const childTable = (build: Build, base: string, now: number): Html =>
  html`<table><tbody>${build.children.map((child) => {
    const needs = (child.family?.needs ?? []).map(({ facts }) => facts.name).join(', ');
    const { startedAt, endedAt } = child;
    return html`<tr><td>${buildLink(child, base, child.facts.name)}</td>
<td class="wide soft">${needs === '' ? '' : `after ${visible(needs)}`}</td><td>${state(child.status)}</td>
<td class="right nowrap">${startedAt === undefined ? '' : duration((endedAt ?? now) - startedAt)}</td></tr>`;
  })}</tbody></table>`;

function artifactsOf(build: Build): Html | string {
  const { package: single, packages = {}, images = {} } = build.artifacts;
  const all: readonly (readonly [string, Artifact])[] = [
    ...(single === undefined ? [] : [['package', single] as const]),
    ...Object.values(packages).map((one) => ['package', one] as const),
    ...Object.values(images).map((one) => ['image', one] as const),
  ];
  if (all.length === 0) return '';
  return html`<h2>Artifacts</h2><div class="card"><table><tbody>${all.map(
    ([
      kind,
      one,
    ]) => html`<tr><td class="soft">${kind}</td><td>${visible(fillPlaceholders(one.name, build))}</td>
<td class="wide mono">${visible(fillPlaceholders(one.uri, build))}</td></tr>`,
  )}</tbody></table></div>`;
}
