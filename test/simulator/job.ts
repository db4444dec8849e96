/**
 * A build job: its definition, the numbers it has given out and the builds it has had.
 * Owns what a start makes of a request. Refuses to judge the request; the call does that.
 */
import { Build, type Family } from './build.ts';
import type { BuildFacts } from './build-facts.ts';
import type { Clock } from './clock.ts';
import { chinaDay } from './dates.ts';
import { executionId, hexId, uuid } from './identifiers.ts';
import type { JobIdentity, JobParameter, JobSettings, StartRequest } from './job-facts.ts';
import { type LogStyleSource, logStyle } from './log-forms/style.ts';
import type { RunQueue } from './run-queue.ts';
import type { ScenarioBody } from './scenario.ts';

/** What a named fault changes in every scenario. */
export interface ScenarioOverrides {
  readonly log?: LogStyleSource;
  readonly logLagSeconds?: number;
}

export interface JobSurroundings {
  readonly clock: Clock;
  readonly queue: RunQueue;
  readonly seed: number;
  readonly speed: number;
  /** The style of logs whose scenario does not choose one. */
  readonly logStyle: LogStyleSource;
  readonly overrides: () => ScenarioOverrides;
  /** Told of every build, children too. */
  readonly register: (build: Build) => void;
}

export class Job {
  readonly id: string;
  readonly projectId: string;
  readonly projectName: string;
  /** Only requests with this X-Project-Id see it. */
  readonly iamProjectId: string | undefined;
  readonly description: string;
  readonly settings: JobSettings;
  readonly builds: Build[] = [];
  readonly #around: JobSurroundings;
  readonly #daily = new Map<string, number>();
  #numbers = 0;

  constructor(identity: JobIdentity, settings: JobSettings, around: JobSurroundings) {
    this.id = identity.id;
    this.projectId = identity.projectId;
    this.projectName = identity.projectName;
    this.iamProjectId = identity.iamProjectId;
    this.description = identity.description;
    this.settings = settings;
    this.#around = around;
  }

  /** What records call the job besides its own id. */
  get buildProjectId(): string {
    return uuid(this.#around.seed, this.id, 'build-project');
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

  /** The builds that somebody asked for, newest first; children are not among them. */
  get history(): Build[] {
    return this.builds.filter((build) => build.family === undefined && build.visible).toReversed();
  }

  /** Begins a build, with the children that its scenario has. */
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
    this.#around.queue.changed();
    return build;
  }

  #begin(
    body: ScenarioBody,
    request: StartRequest,
    name: string,
    recordAfterSeconds: number,
    family?: Family,
  ): Build {
    const { clock, queue, seed, speed, register } = this.#around;
    const { log, ...overrides } = this.#around.overrides();
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
      style: logStyle(this.#around.logStyle, body.log, log),
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
    // Names that the job doesn't define are passed on to the build all the same.
    const parameters = { ...given, ...Object.fromEntries(known) };
    const branch = request.branch ?? given['codeBranch'] ?? scm.branch ?? 'master';
    const tag = request.tag;
    return {
      commit: request.commit ?? scm.head ?? hexId(40, this.#around.seed, this.id, 'head'),
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
