/** What is known of a job beside its builds: who it is, what of it can be changed, what a start of it is given. */
import type { Json } from './json.ts';
import type { Scenario } from './scenario.ts';

export interface JobParameter {
  readonly name: string;
  readonly default?: string;
  readonly description?: string;
  /** The value may be chosen when a build is started; true unless told otherwise. */
  readonly settable?: boolean;
  readonly sensitive?: boolean;
  /** The only values that are allowed. */
  readonly choices?: readonly string[];
  /** As the create call had it, to be answered by 4.26 as it came. */
  readonly definition?: ParameterDefinition;
}

/** A parameter as create and update calls write it, field by field. */
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
  /** `tag`: a start without a tag is never scheduled, unless it asks for a branch. */
  readonly buildType?: 'branch' | 'tag' | 'commitId';
  /** What is built when nobody asks for a commit. */
  readonly head?: string;
  readonly headMessage?: string;
}

/** What the last commit says where a test doesn't care. */
export const defaultMessage = '修复订单金额舍入';

export interface StartRequest {
  readonly commit?: string | undefined;
  readonly tag?: string | undefined;
  readonly branch?: string | undefined;
  readonly buildType?: string | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly executor?: string | undefined;
  readonly trigger?: string | undefined;
  /** When it was asked for; now unless told otherwise. */
  readonly at?: number | undefined;
}

/** Which scenario a build plays: always the same, or chosen by what it was started with. */
export type ScenarioChoice = (start: { number: number; request: StartRequest }) => Scenario;

export interface JobIdentity {
  readonly id: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly iamProjectId: string | undefined;
  readonly description: string;
}

/** What of a job can be changed later. */
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
  /** The steps as the create call had them; empty for jobs that a test made. */
  steps: readonly Json[];
  /** The repositories as the create call had them; of jobs that a test made, `scm` tells. */
  scms: readonly Json[] | undefined;
  notices: Notices;
}

/** Which events are told to whom: 4.23 to 4.25. */
export type Notices = Map<NoticeType, { events: ReadonlySet<string>; config: string | null }>;
export type NoticeType = 'DING_TALK' | 'MAIL' | 'MESSAGE';

/** A job, as its builds see it. */
export interface JobFacts extends JobIdentity {
  readonly name: string;
  /** As the build record tells it. */
  readonly buildProjectId: string;
  readonly settings: JobSettings;
  isSensitive(parameter: string): boolean;
}
