/** Holds the state of the service: projects, jobs, builds and who may call. Lookups throw the error that the service returns. */
import type { Build } from './build.ts';
import type { Clock } from './clock.ts';
import type { Iam } from './iam.ts';
import { hexId } from './identifiers.ts';
import { Job, type ScenarioOverrides } from './job.ts';
import type {
  JobIdentity,
  JobParameter,
  JobPermissions,
  JobScm,
  JobSettings,
  ScenarioChoice,
} from './job-facts.ts';
import type { Json } from './json.ts';
import type { LogStyleSource } from './log-forms/style.ts';
import { type ProjectRoleName, projectRoles } from './project-roles.ts';
import { RunQueue } from './run-queue.ts';
import { readScenario, type ScenarioSource } from './scenario.ts';
import { type ScenarioName, scenarioNamed } from './scenarios/index.ts';
import { errors } from './service-errors.ts';
import { TemplateStore } from './template-store.ts';

export interface JobDefinition {
  /** 32 lower-case letters and digits; generated when left out. */
  readonly id?: string;
  readonly name: string;
  /** Shown on the page at `/`. */
  readonly description?: string;
  readonly projectId?: string;
  readonly projectName?: string;
  readonly iamProjectId?: string;
  /** What its builds do; `success` when left out. A function chooses a scenario for each start. */
  readonly scenario?: ScenarioName | ScenarioSource | ScenarioChoice;
  readonly parameters?: readonly JobParameter[];
  readonly scm?: JobScm;
  readonly disabled?: boolean;
  readonly permissions?: JobPermissions;
}

/** How logs are served where the reference does not say. */
export interface LogOptions {
  readonly unit: 'bytes' | 'characters';
  /** The value of has_more_data while a build is still running and no text is waiting. */
  readonly moreWhileBuilding: boolean;
  /** What download-log returns while a build is running. */
  readonly fullLogWhileRunning: 'part' | 'empty' | 'error';
  /** What task-log accepts as task_name: only `stage1` and so on, or the display name of the step as well. */
  readonly taskNames: 'stages' | 'any';
}

/** Which calls are served: those of /v3 and /v4 (`old`), those of /v1 (`new`), or both. */
export type Editions = 'both' | 'old' | 'new';

export interface CloudOptions {
  readonly clock: Clock;
  readonly iam: Iam;
  readonly seed: number;
  readonly speed: number;
  readonly executors: number | undefined;
  readonly region: string;
  readonly logOptions: LogOptions;
  readonly logStyle: LogStyleSource;
  readonly editions: Editions;
  readonly role: ProjectRoleName;
}

export class Cloud {
  readonly clock: Clock;
  readonly iam: Iam;
  readonly region: string;
  readonly seed: number;
  readonly logOptions: LogOptions;
  readonly logStyle: LogStyleSource;
  /** What named faults change in every build that is started from now on. */
  overrides: ScenarioOverrides;
  /** How many builds run at once; undefined means no limit. */
  readonly executors: number | undefined;
  editions: Editions;
  /** The role of every caller in every project. */
  readonly role: ProjectRoleName;
  readonly projectId: string;
  readonly domainId: string;
  readonly userId: string;
  readonly jobs = new Map<string, Job>();
  readonly templates = new TemplateStore();
  /** By name. `android.keystore` always exists. */
  readonly keystore = new Map<string, Uint8Array>([
    ['android.keystore', Buffer.from('simulator fake keystore\n')],
  ]);
  readonly #records = new Map<string, Build>();
  readonly #queue: RunQueue;
  readonly #speed: number;
  #jobCount = 0;

  constructor(options: CloudOptions) {
    this.clock = options.clock;
    this.iam = options.iam;
    this.region = options.region;
    this.seed = options.seed;
    this.logOptions = options.logOptions;
    this.executors = options.executors;
    this.#speed = options.speed;
    this.overrides = {};
    this.editions = options.editions;
    this.role = options.role;
    this.logStyle = options.logStyle;
    this.#queue = new RunQueue(options.executors, options.clock);
    this.projectId = hexId(32, options.seed, 'project');
    this.domainId = hexId(32, options.seed, 'domain');
    this.userId = hexId(32, options.seed, 'user');
  }

  /** The id of the IAM project of that name, such as a region. */
  iamProjectId(name: string): string {
    return hexId(32, this.seed, 'iam-project', name);
  }

  addJob(definition: JobDefinition): Job {
    this.#jobCount += 1;
    const id = definition.id ?? hexId(32, this.seed, 'job', this.#jobCount);
    if (!/^[0-9a-z]{32}$/.test(id))
      throw new Error(`${id} is not a job id: 32 lower-case letters and digits`);
    if (this.jobs.has(id)) throw new Error(`there is a job ${id} already`);
    const projectId = definition.projectId ?? this.projectId;
    const identity = {
      id,
      projectId,
      projectName: definition.projectName ?? 'simulator-project',
      iamProjectId: definition.iamProjectId,
      description: definition.description ?? '',
    };
    const settings: JobSettings = {
      name: definition.name,
      parameters: definition.parameters ?? [],
      scm: definition.scm ?? {},
      disabled: definition.disabled ?? false,
      permissions: definition.permissions ?? {},
      choose: chooser(definition.scenario ?? 'success'),
      arch: 'x86-64',
      flavor: '2u8g',
      hostType: 'devcloud',
      configType: 'ACTION',
      autoUpdateSubModule: 'false',
      steps: definedSteps(definition.scenario ?? 'success'),
      scms: undefined,
      notices: new Map(),
    };
    return this.#keep(identity, settings);
  }

  /** Adds a job as the create call describes it. */
  createJob(projectId: string, settings: JobSettings): Job {
    this.#jobCount += 1;
    const id = hexId(32, this.seed, 'job', this.#jobCount);
    const project = { projectId, projectName: 'simulator-project', iamProjectId: undefined };
    return this.#keep({ id, ...project, description: 'made through the API' }, settings);
  }

  #keep(identity: JobIdentity, settings: JobSettings): Job {
    const job = new Job(identity, settings, {
      clock: this.clock,
      queue: this.#queue,
      seed: this.seed,
      speed: this.#speed,
      logStyle: this.logStyle,
      overrides: () => this.overrides,
      register: (build) => this.#records.set(build.recordId, build),
    });
    this.jobs.set(identity.id, job);
    return job;
  }

  removeJob(job: Job): void {
    this.jobs.delete(job.id);
  }

  /** Whether the callers may start and stop builds of the job. */
  mayExecute({ settings }: Pick<Job, 'settings'>): boolean {
    return settings.permissions.execute !== false && projectRoles[this.role].executes;
  }

  /** The job. Throws the error that the service returns for an invalid or unknown id. */
  job(id: string, iamProjectId: string | undefined): Job {
    if (!/^[0-9A-Za-z]{32}$/.test(id)) throw errors.badJobId();
    const job = this.jobs.get(id);
    if (job === undefined) throw errors.unknownJob();
    if (job.iamProjectId !== undefined && job.iamProjectId !== iamProjectId) throw errors.unknownJob();
    return job;
  }

  build(job: Job, number: string): Build {
    if (!/^[1-9]\d{0,9}$/.test(number)) throw errors.badParameter('build_no');
    const build = job.buildByNumber(Number(number));
    if (build === undefined || !build.visible) throw errors.unknownBuild();
    return build;
  }

  record(recordId: string): Build {
    if (!/^[0-9a-z-]{36}$/.test(recordId)) throw errors.badParameter('record_id');
    const build = this.#records.get(recordId);
    // The records of a job are deleted with it.
    const gone = build !== undefined && this.jobs.get(build.facts.job.id) !== build.facts.job;
    if (build === undefined || gone || !build.visible) throw errors.unknownBuild();
    return build;
  }
}

/** The steps as the definition of a job lists them; none where each start chooses what its build does. */
function definedSteps(scenario: ScenarioName | ScenarioSource | ScenarioChoice): Json[] {
  if (typeof scenario === 'function') return [];
  const { steps = [] } = typeof scenario === 'string' ? scenarioNamed(scenario) : scenario;
  return steps.map(({ name, moduleId }) => ({
    properties: null,
    module_id: moduleId ?? '',
    name,
    version: null,
    enable: true,
  }));
}

function chooser(scenario: ScenarioName | ScenarioSource | ScenarioChoice): ScenarioChoice {
  if (typeof scenario === 'function') return scenario;
  const read = typeof scenario === 'string' ? scenarioNamed(scenario) : readScenario(scenario, scenario.name);
  return () => read;
}
