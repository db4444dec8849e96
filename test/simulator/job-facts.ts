/** Describes a job apart from its builds: its identity, its settings and the requests that start it. */
import type { Json } from './json.ts';
import type { Scenario } from './scenario.ts';

export interface JobParameter {
  readonly name: string;
  readonly default?: string;
  readonly description?: string;
  /** Whether a start may set the value; true when left out. */
  readonly settable?: boolean;
  readonly sensitive?: boolean;
  /** The allowed values, where they are limited. */
  readonly choices?: readonly string[];
  /** As the create call sent it; 4.26 returns it unchanged. */
  readonly definition?: ParameterDefinition;
}

/** A parameter as the create and update calls send it, field by field. */
export type ParameterDefinition = {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly value: string; readonly limits: Json }[];
};

export interface JobPermissions {
  readonly view?: boolean;
  readonly execute?: boolean;
  readonly modify?: boolean;
  readonly delete?: boolean;
  readonly disable?: boolean;
}

export interface JobScm {
  readonly url?: string;
  readonly webUrl?: string;
  readonly repositoryId?: string;
  readonly repositoryName?: string;
  readonly branch?: string;
  readonly type?: string;
  /** With `tag`, a start without a tag is never scheduled, unless it requests a branch. */
  readonly buildType?: 'branch' | 'tag' | 'commitId';
  /** The commit that is built when a start names none. */
  readonly head?: string;
  readonly headMessage?: string;
}

/** The default commit message. */
export const defaultMessage = '修复订单金额舍入';

export interface StartRequest {
  readonly commit?: string | undefined;
  readonly tag?: string | undefined;
  readonly branch?: string | undefined;
  readonly buildType?: string | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly executor?: string | undefined;
  readonly trigger?: string | undefined;
  /** When the start was requested; now when left out. */
  readonly at?: number | undefined;
}

/** Chooses the scenario of a build from its start. */
export type ScenarioChoice = (start: { number: number; request: StartRequest }) => Scenario;

export interface JobIdentity {
  readonly id: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly iamProjectId: string | undefined;
  readonly description: string;
}

/** What can be changed about a job. */
export interface JobSettings {
  name: string;
  parameters: readonly JobParameter[];
  scm: JobScm;
  disabled: boolean;
  permissions: JobPermissions;
  choose: ScenarioChoice;
  arch: string;
  flavor: string;
  hostType: string;
  configType: string;
  autoUpdateSubModule: string;
  /** The steps as the create call sent them; of a job that a test added, those of its scenario. */
  steps: readonly Json[];
  /** The repositories as the create call sent them; jobs that a test added have `scm` instead. */
  scms: readonly Readonly<Record<string, Json>>[] | undefined;
  notices: Notices;
}

/** Which events are sent through which channel (4.23 to 4.25). */
export type Notices = Map<NoticeType, { events: ReadonlySet<string>; config: string | null }>;
export type NoticeType = 'DING_TALK' | 'MAIL' | 'MESSAGE';

/** What builds need of their job. */
export interface JobFacts extends JobIdentity {
  readonly name: string;
  /** `build_project_id` of the record. */
  readonly buildProjectId: string;
  readonly settings: JobSettings;
  isSensitive(parameter: string): boolean;
}
