/** What a build is told once and for all when it is started, Types alone; nothing here runs. */
import type { JobFacts } from './job-facts.ts';
import type { LogStyle } from './log-forms/style.ts';
import type { ScenarioBody } from './scenario.ts';
import type { StepStatus } from './timeline.ts';

/** Everything fixed when the build was started. */
export interface BuildFacts {
  readonly job: JobFacts;
  /** What the build's page calls it: the job's name, or the child's. */
  readonly name: string;
  readonly number: number;
  /** `result.build_record_id`: what the downloads want. */
  readonly recordId: string;
  /** `result.id`: looks the same and is of no use. */
  readonly id: string;
  readonly dailyNumber: string;
  readonly executionId: string;
  readonly commit: string;
  readonly branch: string | undefined;
  readonly tag: string | undefined;
  readonly buildType: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly executor: string;
  readonly trigger: string;
  readonly requestedAt: number;
  readonly recordAfter: number;
  readonly scenario: ScenarioBody;
  readonly style: LogStyle;
  readonly speed: number;
}

export interface BuildStep {
  readonly name: string;
  readonly status: StepStatus;
  readonly milliseconds: number;
}
