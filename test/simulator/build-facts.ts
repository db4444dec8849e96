/** Describes what is fixed about a build when it starts. */
import type { JobFacts } from './job-facts.ts';
import type { LogStyle } from './log-forms/style.ts';
import type { ScenarioBody } from './scenario.ts';
import type { StepStatus } from './timeline.ts';

export interface BuildFacts {
  readonly job: JobFacts;
  /** The name on the build's page: that of the job, or of the child. */
  readonly name: string;
  readonly number: number;
  /** `result.build_record_id` of the record; the downloads need it. */
  readonly recordId: string;
  /** `result.id` of the record: another UUID, which no call takes. */
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
