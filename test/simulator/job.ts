/** Models a build job: its definition, its build numbers and its builds. */
import { Build, type Family } from './build.ts';
import type { BuildFacts } from './build-facts.ts';
import type { Clock } from './clock.ts';
import { chinaDay } from './dates.ts';
import { executionId, hexId, uuid } from './identifiers.ts';
import type { JobIdentity, JobParameter, JobSettings, StartRequest } from './job-facts.ts';
import { type LogStyleSource, logStyle } from './log-forms/style.ts';
import type { RunQueue } from './run-queue.ts';
import type { ScenarioBody } from './scenario.ts';

/** What named faults change in every scenario. */
export interface ScenarioOverrides {
  readonly log?: LogStyleSource;
  readonly logLagSeconds?: number;
}

export interface JobContext {
  readonly clock: Clock;
  readonly queue: RunQueue;
  readonly seed: number;
  readonly speed: number;
  /** The style of logs whose scenario does not choose one. */
  readonly logStyle: LogStyleSource;
  readonly overrides: () => ScenarioOverrides;
  /** Called for every build, children included. */
  readonly register: (build: Build) => void;
}

export class Job {
  readonly id: string;
  readonly projectId: string;
  readonly projectName: string;
  /** The X-Project-Id that a request needs to see the job. */
  readonly iamProjectId: string | undefined;
  readonly description: string;
  readonly settings: JobSettings;
  readonly builds: Build[] = [];
  readonly #context: JobContext;
  readonly #daily = new Map<string, number>();
  #numbers = 0;

  constructor(identity: JobIdentity, settings: JobSettings, around: JobContext) {
    this.id = identity.id;
    this.projectId = identity.projectId;
    this.projectName = identity.projectName;
    this.iamProjectId = identity.iamProjectId;
    this.description = identity.description;
    this.settings = settings;
    this.#context = around;
  }

  /** The second id of the job, which records contain. */
  get buildProjectId(): string {
    return uuid(this.#context.seed, this.id, 'build-project');
  }

  get name(): string {
    return this.settings.name;
  }

  /** With `codeBranch`, which every job has. */
  get parameters(): readonly JobParameter[] {
    const { parameters, scm } = this.settings;
    if (parameters.some((parameter) => parameter.name === 'codeBranch')) return parameters;
    const predefined = {
      name: 'codeBranch',
      default: scm.branch ?? 'master',
      description: '代码分支,系统预定义参数',
    };
    return [predefined, ...parameters];
  }

  isSensitive(parameter: string): boolean {
    return this.parameters.some(({ name, sensitive }) => name === parameter && sensitive === true);
  }

  buildByNumber(number: number): Build | undefined {
    return this.builds[number - 1];
  }

  /** The builds that were started by a request, newest first; children are not included. */
  get history(): Build[] {
    return this.builds.filter((build) => build.family === undefined && build.visible).toReversed();
  }

  /** Starts a build and the children of its scenario. */
  start(request: StartRequest = {}): Build {
    const number = this.#numbers + 1;
    const scenario = this.settings.choose({ number, request });
    const scheduled = scenario.scheduled && !this.#lacksTag(request);
    const build = this.#begin({ ...scenario, scheduled }, request, this.name, scenario.recordAfterSeconds);
    const byName = new Map<string, Build>();
    for (const { name, needs, ...body } of scenario.children) {
      const needed = needs.flatMap((need) => byName.get(need) ?? []);
      const family = { parent: build, needs: needed, strategy: scenario.strategy };
      const child = this.#begin(
        { ...body, log: { ...scenario.log, ...body.log } },
        request,
        name,
        scenario.recordAfterSeconds,
        family,
      );
      build.children.push(child);
      byName.set(name, child);
    }
    this.#context.queue.changed();
    return build;
  }

  #begin(
    body: ScenarioBody,
    request: StartRequest,
    name: string,
    recordAfterSeconds: number,
    family?: Family,
  ): Build {
    const { clock, queue, seed, speed, register } = this.#context;
    const { log, ...overrides } = this.#context.overrides();
    const requestedAt = request.at ?? clock.now();
    this.#numbers += 1;
    const number = this.#numbers;
    const facts: BuildFacts = {
      job: this,
      name,
      number,
      recordId: uuid(seed, this.id, number, 'record'),
      id: uuid(seed, this.id, number, 'id'),
      dailyNumber: this.#nextDaily(requestedAt),
      executionId: executionId(seed, this.id, number),
      ...this.#source(request),
      executor: request.executor ?? 'builder',
      trigger: request.trigger ?? 'MANUAL',
      requestedAt,
      recordAfter: (recordAfterSeconds * 1000) / speed,
      scenario: { ...body, ...overrides },
      style: logStyle(body.language, this.#context.logStyle, body.log, log),
      speed,
    };
    const build = new Build(facts, clock, queue, family);
    this.builds.push(build);
    queue.add(build);
    register(build);
    return build;
  }

  #source(request: StartRequest): Pick<BuildFacts, 'commit' | 'branch' | 'tag' | 'buildType' | 'parameters'> {
    const { scm } = this.settings;
    const given = request.parameters ?? {};
    const known = this.parameters.map(({ name, default: value, settable }): [string, string] => [
      name,
      (settable === false ? undefined : given[name]) ?? value ?? '',
    ]);
    // Parameters that the job does not define are passed to the build as well.
    const parameters = { ...given, ...Object.fromEntries(known) };
    const branch = request.branch ?? given['codeBranch'] ?? scm.branch ?? 'master';
    const tag = request.tag;
    return {
      commit: request.commit ?? scm.head ?? hexId(40, this.#context.seed, this.id, 'head'),
      branch: tag === undefined ? branch : undefined,
      tag,
      buildType:
        request.buildType ??
        (tag !== undefined ? 'tag' : request.commit !== undefined ? 'commitId' : 'branch'),
      parameters,
    };
  }

  #lacksTag(request: StartRequest): boolean {
    return (
      this.settings.scm.buildType === 'tag' && request.tag === undefined && request.buildType !== 'branch'
    );
  }

  #nextDaily(at: number): string {
    const day = chinaDay(at);
    const next = (this.#daily.get(day) ?? 0) + 1;
    this.#daily.set(day, next);
    return `${day}.${next}`;
  }
}
