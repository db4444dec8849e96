/**
 * CodeArts Build and IAM as a server on loopback. This file is the simulator's interface; tests import nothing else.
 * Owns the options' defaults and the server's life. Refuses to listen anywhere but where it is told.
 */
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import type { Build } from './build.ts';
import { type Clock, systemClock } from './clock.ts';
import { Cloud, type JobDefinition, type LogHabits } from './cloud.ts';
import { Faults } from './faults.ts';
import { Gateway, type RateLimit } from './gateway.ts';
import {
  type AccessKey,
  defaultAccessKey,
  defaultIdentityProvider,
  defaultTemporaryKey,
  defaultUser,
  Iam,
  type IdentityProvider,
  type User,
} from './iam.ts';
import { hexId } from './identifiers.ts';
import type { Job } from './job.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { CallName } from './routes.ts';
import { createApp, type Exchange } from './server.ts';

export type { Build } from './build.ts';
export type { BuildFacts, BuildStep } from './build-facts.ts';
export { type Clock, systemClock, VirtualClock } from './clock.ts';
export type { JobDefinition, LogHabits } from './cloud.ts';
export { type Fault, type FaultKind, type Faults, passingFaultKinds } from './faults.ts';
export type { RateLimit } from './gateway.ts';
export type { AccessKey, IdentityProvider, User } from './iam.ts';
export type { Job, JobParameter, JobPermissions, JobScm, StartRequest } from './job.ts';
export type { ReceivedRequest } from './received-request.ts';
export type { CallName } from './routes.ts';
export type { Scenario, ScenarioSource } from './scenario.ts';
export { readScenario } from './scenario.ts';
export { loadScenarioFile } from './scenario-file.ts';
export {
  isScenarioName,
  type ScenarioName,
  scenarioJobId,
  scenarioNamed,
  scenarioNames,
} from './scenarios/index.ts';
export { largeLog } from './scenarios/large-log.ts';

export interface SimulatorOptions {
  /** 0, the default: any that is free. */
  readonly port?: number;
  readonly host?: string;
  readonly clock?: Clock;
  readonly seed?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** More access keys, besides the default ones. */
  readonly keys?: readonly AccessKey[];
  readonly users?: readonly User[];
  readonly identityProviders?: readonly IdentityProvider[];
  /** 24 hours unless told otherwise. */
  readonly tokenSeconds?: number;
  /** Divides every time of every scenario. */
  readonly speed?: number;
  readonly answers?: 'reference' | 'live';
  readonly executors?: number;
  readonly rateLimit?: RateLimit;
  readonly skewMs?: number;
  readonly region?: string;
  readonly log?: Partial<LogHabits>;
  /** Everything is served below this path. */
  readonly prefix?: string;
  /** How many requests are kept for tests to look at; 10 000 unless told otherwise. */
  readonly keepRequests?: number;
}

export interface Simulator {
  readonly url: string;
  readonly region: string;
  readonly projectId: string;
  readonly accessKey: { readonly ak: string; readonly sk: string };
  readonly temporaryKey: { readonly ak: string; readonly sk: string; readonly securityToken: string };
  readonly user: User;
  readonly identityProvider: IdentityProvider;
  /** A fresh token, for calls without a signature. */
  token(): string;
  /** All tokens given out so far are refused from now on. */
  revokeTokens(): void;
  addJob(definition: JobDefinition): Job;
  /** What the server really has, children included, in the order of their numbers. */
  builds(jobId: string): readonly Build[];
  /** The last requests, in the order in which they came. */
  readonly requests: readonly ReceivedRequest[];
  /** How many came since the start; of one call, or of all. */
  count(call?: CallName): number;
  readonly faults: Faults;
  /** Closes at once, whatever is still open. */
  close(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = options.clock ?? systemClock;
  const iam = makeIam(options, clock);
  const cloud = makeCloud(options, clock, iam);
  const faults = new Faults();
  const requests = new RequestList(options.keepRequests ?? 10_000);
  const app = createApp({
    cloud,
    gateway: new Gateway(iam, clock, options.rateLimit),
    faults,
    answers: options.answers ?? 'reference',
    skewMs: options.skewMs ?? 0,
    prefix: options.prefix ?? '/',
    remember: (request) => requests.add(request),
    nextRequestId: () => hexId(32, cloud.seed, 'request', requests.count(undefined)),
  });
  const listener = getRequestListener(app.fetch);
  const server =
    options.tls === undefined
      ? createHttpServer(listener)
      : createHttpsServer({ key: options.tls.key, cert: options.tls.cert }, listener);
  const url = await listen(server, options);
  return {
    url,
    region: cloud.region,
    projectId: cloud.projectId,
    accessKey: defaultAccessKey,
    temporaryKey: defaultTemporaryKey,
    user: iam.users[0] ?? defaultUser,
    identityProvider: iam.identityProviders[0] ?? defaultIdentityProvider,
    token: () => iam.issue(defaultUser.name, cloud.region).value,
    revokeTokens: () => iam.revokeTokens(),
    addJob: (definition) => cloud.addJob(definition),
    builds: (jobId) => cloud.jobs.get(jobId)?.builds ?? [],
    get requests() {
      return requests.list;
    },
    count: (call) => requests.count(call),
    faults,
    close: () => closeNow(server),
  };
}

function makeIam(options: SimulatorOptions, clock: Clock): Iam {
  return new Iam({
    clock,
    seed: options.seed ?? 1,
    tokenSeconds: options.tokenSeconds ?? 24 * 60 * 60,
    keys: [defaultAccessKey, defaultTemporaryKey, ...(options.keys ?? [])],
    users: options.users ?? [defaultUser],
    identityProviders: options.identityProviders ?? [defaultIdentityProvider],
  });
}

function makeCloud(options: SimulatorOptions, clock: Clock, iam: Iam): Cloud {
  return new Cloud({
    clock,
    iam,
    seed: options.seed ?? 1,
    speed: options.speed ?? 1,
    executors: options.executors,
    region: options.region ?? 'cn-north-4',
    logHabits: { unit: 'bytes', moreWhileBuilding: true, fullLogWhileRunning: 'part', ...options.log },
  });
}

async function listen(server: Server, options: SimulatorOptions): Promise<string> {
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const scheme = options.tls === undefined ? 'http' : 'https';
  const prefix = options.prefix ?? '';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${prefix}`;
}

function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

class RequestList {
  readonly list: Exchange[] = [];
  readonly #keep: number;
  readonly #counts = new Map<string, number>();

  constructor(keep: number) {
    this.#keep = keep;
  }

  add(request: Exchange): void {
    this.#counts.set(request.call, (this.#counts.get(request.call) ?? 0) + 1);
    this.list.push(request);
    // Dropped in bulk: a list of a hundred thousand must not be shifted at every request.
    if (this.list.length > this.#keep * 1.5) this.list.splice(0, this.list.length - this.#keep);
  }

  count(call: CallName | undefined): number {
    if (call !== undefined) return this.#counts.get(call) ?? 0;
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
}
