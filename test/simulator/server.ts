/** Receives requests, applies faults, asks the gateway and calls the handler of the route. */
import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { Answer, Call } from './calls/call.ts';
import type { Cloud } from './cloud.ts';
import type { Exchange } from './exchange.ts';
import {
  changeAnswer,
  errorAnswer,
  isQuirk,
  type Outcome,
  type RequestFacts,
  replaceAnswer,
} from './fault-effects.ts';
import type { FaultEffect, Faults } from './faults.ts';
import type { Gateway } from './gateway.ts';
import type { Network } from './latency.ts';

import { addPages } from './page/pages.ts';
import { possibleCode, possibleShape } from './possible-answers.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { RequestHooks } from './request-hooks.ts';
import { write } from './response.ts';
import { type Route, routes } from './routes.ts';
import { errorBody, errors, ServiceError } from './service-errors.ts';

export interface ServerParts {
  readonly cloud: Cloud;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly hooks: RequestHooks;
  readonly network: Network;
  readonly answers: 'reference' | 'possible';
  /** The time for the list of requests, which skewMs does not change; epoch milliseconds. */
  readonly arrivedAt: () => number;
  readonly prefix: string;
  readonly received: () => { readonly list: readonly ReceivedRequest[]; readonly count: number };
  readonly remember: (request: Exchange) => void;
  readonly nextRequestId: () => string;
}

type Environment = { Bindings: HttpBindings };

export function createApp(parts: ServerParts): Hono<Environment> {
  const app = new Hono<Environment>().basePath(parts.prefix);
  for (const route of routes) {
    app.on(route.method, route.path, (context) =>
      serve(context, isServed(route, parts.cloud) ? route : undefined, parts),
    );
  }
  const outer = new Hono<Environment>();
  addPages(outer, parts);
  outer.route('/', app);
  outer.notFound((context) => serve(context, undefined, parts));
  outer.onError((error) => {
    // A bug of the simulator, never part of a scenario: it must not go unnoticed.
    console.error('simulator:', error);
    return Response.json(errorBody(errors.internal(), ''), { status: 500 });
  });
  return outer;
}

const isServed = ({ edition }: Pick<Route, 'edition'>, { editions }: Cloud): boolean =>
  edition === undefined || editions === 'both' || edition === editions;

async function serve(
  context: Context<Environment>,
  route: Route | undefined,
  parts: ServerParts,
): Promise<Response> {
  const { incoming, outgoing } = context.env;
  const exchange = await receive(context, route, incoming, parts);
  parts.remember(exchange);
  await parts.network.pass();
  parts.hooks.received(exchange);
  const effects = parts.faults.match(exchange);
  exchange.faults = effects.map(({ kind }) => kind);
  for (const effect of effects) {
    if (effect.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, effect.ms));
  }
  const skew = effects.reduce((sum, effect) => (effect.kind === 'skew' ? effect.ms : sum), 0);
  const scheme = 'encrypted' in incoming.socket ? 'https' : 'http';
  const about: RequestFacts = {
    requestId: exchange.requestId,
    origin: `${scheme}://${exchange.headers['host'] ?? ''}`,
    target: exchange.target,
    now: parts.cloud.clock.now() + skew,
  };
  const outcome = decide(context, route, exchange, effects, about, parts);
  const idle = effects.find((effect) => effect.kind === 'close-idle');
  if (idle !== undefined) {
    outgoing.once('finish', () => setTimeout(() => incoming.socket.destroy(), idle.afterMs ?? 5));
  }
  await parts.network.pass();
  return write(outcome, exchange, outgoing, about.now);
}

async function receive(
  context: Context<Environment>,
  route: Route | undefined,
  incoming: IncomingMessage,
  parts: ServerParts,
): Promise<Exchange> {
  const at = parts.arrivedAt();
  const bytes = new Uint8Array(await context.req.arrayBuffer());
  const target = incoming.url ?? '/';
  const question = target.indexOf('?');
  return {
    call: route?.call ?? 'unknown',
    edition: route?.edition,
    method: incoming.method ?? 'GET',
    path: question < 0 ? target : target.slice(0, question),
    query: new URLSearchParams(question < 0 ? '' : target.slice(question + 1)),
    headers: headersOf(incoming),
    body: Buffer.from(bytes).toString('utf8'),
    at,
    requestId: parts.nextRequestId(),
    verdict: 'not checked',
    status: 0,
    code: '',
    faults: [],
    bytes,
    target,
  };
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
}

function decide(
  context: Context<Environment>,
  route: Route | undefined,
  exchange: Exchange,
  effects: readonly FaultEffect[],
  about: RequestFacts,
  parts: ServerParts,
): Outcome {
  for (const effect of effects) {
    const outcome = replaceAnswer(effect, about);
    if (outcome !== undefined) return outcome;
  }
  let outcome: Outcome;
  try {
    outcome = handle(context, route, exchange, effects, about.now, parts);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const code = parts.answers === 'possible' ? possibleCode(error.code) : error.code;
    outcome = errorAnswer(
      new ServiceError(error.status, code, error.message, error.headers),
      exchange.requestId,
    );
  }
  return effects.reduce<Outcome>((result, effect) => changeAnswer(effect, result, about), outcome);
}

function handle(
  context: Context<Environment>,
  route: Route | undefined,
  exchange: Exchange,
  effects: readonly FaultEffect[],
  serverTime: number,
  parts: ServerParts,
): Answer {
  if (route === undefined) throw errors.noSuchApi();
  const user = admit(route, exchange, serverTime, parts);
  parts.gateway.count(route.call);
  const call: Call = {
    cloud: parts.cloud,
    caller: { user, iamProjectId: exchange.headers['x-project-id'] },
    query: exchange.query,
    body: exchange.bytes,
    headers: exchange.headers,
    quirks: effects.filter(isQuirk),
    path: (name) => context.req.param(name) ?? '',
  };
  const answer = route.handle(call);
  if (answer.kind === 'file' || parts.answers === 'reference') return answer;
  return { ...answer, body: possibleShape(route, answer.body) };
}

function admit(route: Route, exchange: Exchange, serverTime: number, parts: ServerParts): string {
  if (route.access === 'open') {
    exchange.verdict = 'open';
    return 'nobody';
  }
  const { method, target, headers, bytes } = exchange;
  const admission = parts.gateway.admit({ method, target, headers, body: bytes }, serverTime);
  if ('error' in admission) {
    exchange.verdict = admission.why;
    throw admission.error;
  }
  exchange.verdict = admission.by;
  return admission.user;
}
