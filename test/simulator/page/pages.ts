/** Serves the pages: `/`, one for each build, and its growing log. They need no signature and do not count as calls. */
import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import type { Build } from '../build.ts';
import type { Cloud } from '../cloud.ts';
import { guide } from '../guide.ts';
import type { ReceivedRequest } from '../received-request.ts';
import { buildPage } from './build-page.ts';
import { type Html, policy } from './frame.ts';
import { logPiece } from './log-piece.ts';
import { overview } from './overview.ts';

export interface PageParts {
  readonly cloud: Cloud;
  readonly prefix: string;
  readonly received: () => { readonly list: readonly ReceivedRequest[]; readonly count: number };
}

type Environment = { Bindings: HttpBindings };

/** `app`: without the prefix. */
export function addPages(app: Hono<Environment>, parts: PageParts): void {
  const base = parts.prefix === '/' ? '' : parts.prefix;
  const { cloud } = parts;
  app.on('GET', base === '' ? ['/'] : [base, `${base}/`], (context) => {
    const { list, count } = parts.received();
    const url = `${new URL(context.req.url).origin}${base}`;
    const shown = { cloud, requests: list, requestCount: count, url, base, guide: guide(cloud, url) };
    return show(context, 200, overview(shown));
  });
  app.get(`${base}/builds/:job_id/:number`, (context) => {
    const build = buildAt(context, cloud);
    if (build === undefined) return context.text('There is no such build here.\n', 404);
    return show(context, 200, buildPage(build, base, cloud.clock.now()));
  });
  app.get(`${base}/builds/:job_id/:number/log`, (context) => {
    const build = buildAt(context, cloud);
    const from = Number(context.req.query('from') ?? '0');
    if (build === undefined || !Number.isSafeInteger(from) || from < 0) return context.json({}, 404);
    return context.json(logPiece(build, from), 200, { 'Cache-Control': 'no-store' });
  });
}

function buildAt(context: Context<Environment>, cloud: Cloud): Build | undefined {
  const build = cloud.jobs
    .get(context.req.param('job_id') ?? '')
    ?.buildByNumber(Number(context.req.param('number')));
  return build?.visible === true ? build : undefined;
}

function show(context: Context<Environment>, status: 200, page: Html): Response | Promise<Response> {
  return context.html(page, status, {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  });
}
