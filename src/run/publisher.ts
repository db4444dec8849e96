// What is told of a build outside the step's own log: the commit's status and the job's summary. Best effort: neither
// ever changes how the step ends.

import type { Child } from '../builds/children/child.ts';
import { type Finding, nothingFound } from '../builds/diagnosis/diagnosis.ts';
import type { Outcome } from '../builds/outcome.ts';
import { withGrace } from '../clock.ts';
import type { CodeArtsBuildClient } from '../codearts/api.ts';
import type { BuildRecord, SuccessRatio } from '../codearts/build-schemas.ts';
import { tryWithin } from '../codearts/retry.ts';
import type { Deps } from '../deps.ts';
import { CommitStatus, stateOf } from '../github/commit-status.ts';
import type { Console } from '../github/console.ts';
import type { Inputs } from '../github/inputs/inputs.ts';
import { type Ending, sentence } from '../github/report/messages.ts';
import { type SummaryFacts, summaryMarkdown } from '../github/summary/summary.ts';

/** How a build stands, for those who look at the commit or the job. */
export interface BuildNews {
  readonly ending: Ending;
  readonly record: BuildRecord | undefined;
  /** The commit that was built. */
  readonly commitId: string;
  /** The commit that was to be built. */
  readonly commitForStatus: string;
  readonly jobId: string;
  readonly outcome?: Outcome | undefined;
  readonly finding?: Finding | undefined;
  /** Of a multi-task build. */
  readonly children?: readonly Child[];
  /** In place of the sentence that the ending makes. */
  readonly line?: string;
}

const ratioDays = 30;
/** Milliseconds for a number that is merely good to know. */
const ratioPatienceMs = 5_000;
/**
 * Milliseconds for a commit's status: the final one is worth more than one attempt, the first keeps the log waiting.
 */
const statusPatienceMs = { first: 3_000, final: 10_000 };
/** Once the workflow is cancelled, the runner kills the step within seconds. */
const hurriedStatusMs = 1_000;
const dayMs = 24 * 60 * 60_000;

/**
 * Those who are told of this step's build. Its methods don't throw for a service that fails, and no cancel ends them at
 * once: each is bounded in time.
 */
export class Publisher {
  readonly #deps: Deps;
  readonly #inputs: Inputs;
  readonly #client: CodeArtsBuildClient;
  readonly #log: Console;
  readonly #status: CommitStatus | undefined;

  constructor(deps: Deps, inputs: Inputs, client: CodeArtsBuildClient, log: Console) {
    this.#deps = deps;
    this.#inputs = inputs;
    this.#client = client;
    this.#log = log;
    if (inputs.commitStatus === '') return;
    deps.runner.mask(inputs.githubToken);
    this.#status = new CommitStatus({
      http: deps.http,
      clock: deps.clock,
      token: inputs.githubToken,
      context: inputs.commitStatus,
      env: deps.env,
      warn: (message) => log.warning(message),
    });
  }

  /** The build is queued or runs. @param commitId empty while it is not known: nothing is published then */
  async publishPending(buildNumber: number, commitId: string, buildUrl: string): Promise<void> {
    const description = `CodeArts build #${buildNumber} is queued or running`;
    await this.#publish(commitId, { state: 'pending', description, targetUrl: buildUrl });
  }

  /** The step ends: the status is final, and the summary is written. */
  async publishFinal(news: BuildNews): Promise<void> {
    const { ending, commitForStatus } = news;
    const message = news.line ?? sentence(ending);
    // A build that goes on without this step stays pending; one that was lost sight of does not.
    const goesOn = ending.result === 'running' && news.line === undefined;
    const state = ending.result === 'running' ? 'error' : stateOf(ending.result);
    if (!goesOn)
      await this.#publish(commitForStatus, {
        state,
        description: this.#deps.runner.redact(message),
        targetUrl: ending.buildUrl,
      });
    if (this.#inputs.summary) await this.#summarize(news, message);
  }

  async #publish(commitId: string, facts: Parameters<CommitStatus['publish']>[1]): Promise<void> {
    if (!this.#status) return;
    const status = this.#status;
    const { clock, cancelled } = this.#deps;
    const ms = facts.state === 'pending' ? statusPatienceMs.first : statusPatienceMs.final;
    await tryWithin(clock, ms, (late) =>
      withGrace(clock, hurriedStatusMs, cancelled, (hurry) =>
        status.publish(commitId, facts, AbortSignal.any([late, hurry])),
      ),
    );
  }

  async #summarize(
    { ending, record, commitId, jobId, outcome, finding, children, line }: BuildNews,
    message: string,
  ): Promise<void> {
    const tellsBuild = this.#inputs.log !== 'off';
    const titleSaysAll = ending.result === 'success' || (ending.result === 'running' && line === undefined);
    const facts: SummaryFacts = {
      job: ending.job,
      buildNumber: ending.buildNumber,
      result: ending.result,
      buildUrl: ending.buildUrl,
      commitId,
      record,
      outcome,
      children: children ?? [],
      finding: finding ?? nothingFound,
      sentence: titleSaysAll ? '' : message,
      ratio: outcome ? await this.#ratio(jobId) : undefined,
      includeBuildData: tellsBuild,
      givenParameters: new Set(this.#inputs.parameters.map(({ name }) => name)),
    };
    const markdown = summaryMarkdown(facts, (text) => this.#deps.runner.redact(text));
    await this.#deps.runner.summary(markdown).catch(async (error: unknown) => {
      await this.#log.debug(`No summary: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  async #ratio(jobId: string): Promise<SuccessRatio | undefined> {
    const now = this.#client.serverNow();
    return await tryWithin(this.#deps.clock, ratioPatienceMs, (signal) =>
      this.#client.successRatio(jobId, now - (ratioDays - 1) * dayMs, now, signal),
    );
  }
}
