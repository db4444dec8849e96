/** Serves CodeArts Build and IAM on loopback. This file is the interface of the simulator; tests import nothing else. */
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import type { Build } from './build.ts';
import { type Clock, shifted, systemClock } from './clock.ts';
import { Cloud, type Editions, type JobDefinition, type LogOptions } from './cloud.ts';
import type { Exchange } from './exchange.ts';
import { Faults } from './faults.ts';
import { Gateway, type RateLimit } from './gateway.ts';
import { guide } from './guide.ts';
import {
  type AccessKey,
  type AgencyTrust,
  defaultAccessKey,
  defaultIdentityProvider,
  defaultTemporaryKey,
  defaultTrust,
  defaultUser,
  Iam,
  type IdentityProvider,
  type User,
} from './iam.ts';
import { hexId } from './identifiers.ts';
import type { Job } from './job.ts';
import { type Latency, Network } from './latency.ts';
import type { LogStyleSource } from './log-forms/style.ts';
import { type FaultName, namedFaults } from './named-faults.ts';
import type { ProjectRoleName } from './project-roles.ts';
import type { ReceivedRequest } from './received-request.ts';
import { RequestHooks } from './request-hooks.ts';
import type { CallName } from './routes.ts';
import { createApp } from './server.ts';
import type { Template } from './template-store.ts';

export type { Build } from './build.ts';
export type { BuildFacts, BuildStep } from './build-facts.ts';
export { type Clock, systemClock, VirtualClock } from './clock.ts';
export type { Editions, JobDefinition, LogOptions } from './cloud.ts';
export { type Fault, type FaultKind, type Faults, passingFaultKinds } from './faults.ts';
export type { RateLimit } from './gateway.ts';
export {
  type AccessKey,
  type AgencyTrust,
  defaultAccessKey,
  defaultTrust,
  type IdentityProvider,
  type User,
} from './iam.ts';
export type { Job } from './job.ts';
export type { JobParameter, JobPermissions, JobScm, StartRequest } from './job-facts.ts';
export type { Latency } from './latency.ts';
export { type LogForm, type LogStyleSource, logForms } from './log-forms/style.ts';
export { type FaultName, faultNames, isFaultName, namedFaults } from './named-faults.ts';
export type { ProjectRoleName } from './project-roles.ts';
export type { ReceivedRequest } from './received-request.ts';
export { rewriteJson } from './rewrite-json.ts';
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
export { dockerFailing, shellFailing, shellSuccess } from './scenarios/published-forms.ts';

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly host?: string;
  readonly clock?: Clock;
  readonly seed?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Access keys in addition to the default ones. */
  readonly keys?: readonly AccessKey[];
  readonly users?: readonly User[];
  readonly identityProviders?: readonly IdentityProvider[];
  /** The agencies that STS knows. */
  readonly trusts?: readonly AgencyTrust[];
  /** How long tokens are valid; 24 hours when left out. */
  readonly tokenSeconds?: number;
  /** Divides all times of all scenarios. */
  readonly speed?: number;
  /** The shapes of the reference, or others that are possible (possible-answers.ts). */
  readonly answers?: 'reference' | 'possible';
  /** How many builds run at once, children included and their parents not; unlimited when left out. */
  readonly executors?: number;
  readonly rateLimit?: RateLimit;
  /** Named faults that apply from the start. */
  readonly faults?: readonly FaultName[];
  /** How long every call takes in real milliseconds; no time when left out. */
  readonly latency?: Latency;
  /** How far the clock of the server is ahead of `clock`; it dates builds, responses and tokens. */
  readonly skewMs?: number;
  readonly region?: string;
  /** The calls that are served; both editions when left out. The others return 404 APIGW.0101. */
  readonly editions?: Editions;
  /** The role of the callers in every project; `developer` when left out. */
  readonly role?: ProjectRoleName;
  /** How the log is served, and the style of logs whose scenario does not choose one. */
  readonly log?: Partial<LogOptions> & LogStyleSource;
  /** The path below which everything is served. */
  readonly prefix?: string;
  /** How many requests are kept for tests to inspect; 10 000 when left out. */
  readonly keepRequests?: number;
}

export interface Simulator {
  readonly url: string;
  readonly region: string;
  readonly projectId: string;
  /** The account (租户), for 4.3. */
  readonly domainId: string;
  readonly userId: string;
  /** The IAM project of the region (`X-Project-Id`, 6.3), which is not the CodeArts project. */
  readonly iamProjectId: string;
  readonly accessKey: { readonly ak: string; readonly sk: string };
  readonly temporaryKey: { readonly ak: string; readonly sk: string; readonly securityToken: string };
  readonly user: User;
  readonly identityProvider: IdentityProvider;
  /** The first agency that STS knows. */
  readonly trust: AgencyTrust;
  /** An ID token that the simulated issuer of GitHub signed; it satisfies `trust` except for the claims that are given. */
  idToken(claims?: Readonly<Record<string, unknown>>): string;
  /** A new token, for calls without a signature. */
  token(): string;
  /** All tokens that were issued, oldest first. */
  readonly tokens: readonly string[];
  /** Makes all tokens invalid that were issued so far. */
  revokeTokens(): void;
  addJob(definition: JobDefinition): Job;
  /** All jobs, whether a test or a call created them. */
  readonly jobs: readonly Job[];
  /** The build templates, newest first. */
  readonly templates: readonly Template[];
  /** The builds of the job, children included, in the order of their numbers. */
  builds(jobId: string): readonly Build[];
  /** The last requests, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** How many requests arrived since the start: of one call, or of all. */
  count(call?: CallName): number;
  readonly faults: Faults;
  /** The editions that are served from now on. */
  editions: Editions;
  /** Switches a named fault on. It stays on. */
  enableFault(name: FaultName): void;
  /** Calls back when the nth request of a call arrives (counted from 1, or `every` one), before the response. */
  onRequest(call: CallName | '*', nth: number | 'every', run: (request: ReceivedRequest) => void): void;
  /** How to use it with the action, curl and KooCLI; the examples start this job. */
  guide(jobId?: string): string;
  /** Closes all connections at once. */
  close(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const ownClock = options.clock ?? systemClock;
  const clock = shifted(ownClock, options.skewMs ?? 0);
  const iam = makeIam(options, clock);
  const cloud = makeCloud(options, clock, iam);
  const trust = iam.trusts[0] ?? defaultTrust;
  const faults = new Faults();
  const gateway = new Gateway(iam, clock, options.rateLimit);
  const target = { cloud, gateway, faults };
  for (const name of options.faults ?? []) namedFaults[name].enable(target);
  const hooks = new RequestHooks();
  const requests = new RequestList(options.keepRequests ?? 10_000);
  const app = createApp({
    cloud,
    gateway,
    faults,
    hooks,
    network: new Network(options.latency, options.seed ?? 1),
    answers: options.answers ?? 'reference',
    arrivedAt: () => ownClock.now(),
    prefix: options.prefix ?? '/',
    received: () => ({ list: requests.list, count: requests.count(undefined) }),
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
    domainId: cloud.domainId,
    userId: cloud.userId,
    iamProjectId: cloud.iamProjectId(cloud.region),
    accessKey: defaultAccessKey,
    temporaryKey: defaultTemporaryKey,
    user: iam.users[0] ?? defaultUser,
    identityProvider: iam.identityProviders[0] ?? defaultIdentityProvider,
    trust,
    idToken: (claims = {}) => {
      const now = Math.floor(clock.now() / 1000);
      const sub = trust.subject.replace('*', 'ref:refs/heads/main');
      return iam.issuer.sign({
        iss: trust.issuer,
        aud: trust.audience,
        sub,
        iat: now,
        exp: now + 300,
        ...claims,
      });
    },
    token: () => iam.issue(defaultUser.name, cloud.region).value,
    get tokens() {
      return iam.tokens;
    },
    revokeTokens: () => iam.revokeTokens(),
    addJob: (definition) => cloud.addJob(definition),
    get jobs() {
      return [...cloud.jobs.values()];
    },
    get templates() {
      return cloud.templates.named('');
    },
    builds: (jobId) => cloud.jobs.get(jobId)?.builds ?? [],
    get requests() {
      return requests.list;
    },
    count: (call) => requests.count(call),
    faults,
    get editions() {
      return cloud.editions;
    },
    set editions(editions) {
      cloud.editions = editions;
    },
    enableFault: (name) => namedFaults[name].enable(target),
    onRequest: (call, nth, run) => hooks.add(call, nth, run),
    guide: (jobId) => guide(cloud, url, jobId),
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
    trusts: options.trusts ?? [defaultTrust],
  });
}

function makeCloud(options: SimulatorOptions, clock: Clock, iam: Iam): Cloud {
  const { unit, moreWhileBuilding, fullLogWhileRunning, taskNames, ...logStyle } = options.log ?? {};
  return new Cloud({
    clock,
    iam,
    seed: options.seed ?? 1,
    speed: options.speed ?? 1,
    executors: options.executors,
    region: options.region ?? 'cn-north-4',
    logOptions: {
      unit: unit ?? 'bytes',
      moreWhileBuilding: moreWhileBuilding ?? true,
      fullLogWhileRunning: fullLogWhileRunning ?? 'part',
      taskNames: taskNames ?? 'stages',
    },
    logStyle,
    editions: options.editions ?? 'both',
    role: options.role ?? 'developer',
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
    // Dropped in bulk: shifting a long list at every request would be slow.
    if (this.list.length > this.#keep * 1.5) this.list.splice(0, this.list.length - this.#keep);
  }

  count(call: CallName | undefined): number {
    if (call !== undefined) return this.#counts.get(call) ?? 0;
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
}
