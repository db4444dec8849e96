// The build's log in this step: shown, saved, and kept for the diagnosis. Decides where its text comes from: live, the
// full log, or one step's log; and what of it is shown: all, the failed step's, or nothing. Reference 4.10, 4.11, 4.27.

import { Diagnosis, type Finding, nothingFound } from './build/diagnosis/diagnosis.ts';
import type { LogEnd } from './build/events.ts';
import { LineReader } from './build/lines.ts';
import { restOfLog } from './build/log-rest.ts';
import { StepTexts } from './build/step-texts.ts';
import type { CodeArtsBuild } from './codearts/client.ts';
import { CallError, isNoLogYet } from './codearts/errors.ts';
import { persist } from './codearts/retry.ts';
import type { Deps } from './run.ts';
import type { Inputs } from './workflow/inputs.ts';
import { LogFile } from './workflow/log-file.ts';
import { setLogFile } from './workflow/outputs.ts';
import { StepLog } from './workflow/step-log.ts';

/** The build is over: what is still to be had of its log is worth a minute. */
const patienceMs = 60_000;

export class BuildLog {
  /** What the step prints. */
  readonly steps: StepLog;
  readonly #deps: Deps;
  readonly #inputs: Inputs;
  readonly #client: CodeArtsBuild;
  readonly #texts = new StepTexts();
  #file: LogFile | undefined;

  constructor(deps: Deps, inputs: Inputs, client: CodeArtsBuild) {
    this.#deps = deps;
    this.#inputs = inputs;
    this.#client = client;
    this.steps = new StepLog(deps.runner, {
      newToken: deps.newToken,
      keepDates: inputs.logTimestamps === 'keep',
      keeper: this.#texts,
    });
  }

  /** @param path where the log is saved; undefined: nowhere */
  async open(path: string | undefined): Promise<void> {
    if (path === undefined) return;
    await this.#saving(async () => {
      this.#file = await LogFile.open(path);
      setLogFile(this.#deps.runner, path);
    });
  }

  async close(): Promise<void> {
    await this.#saving(async () => await this.#file?.close());
    this.#file = undefined;
  }

  /** Text of the live log, cut anywhere. */
  async text(text: string): Promise<void> {
    await this.steps.remote(text);
    if (this.#inputs.logLevel === 'INFO') await this.#saving(async () => await this.#file?.text(text));
  }

  /** The build is over: what the live log left out is shown and saved. @param see where else to look */
  async complete(recordId: string, log: LogEnd, see: string): Promise<void> {
    if (log.state !== 'off') {
      await this.#showRest(recordId, log, see);
      await this.steps.remoteEnd();
    }
    if (this.#inputs.logLevel === 'DEBUG' || log.state === 'off') await this.#download(recordId);
  }

  /** `log: on-failure`: shows the failed step's log; the whole log where the step or its log is not known. */
  async showFailure(recordId: string, failedStep: string): Promise<void> {
    if (this.#inputs.log !== 'on-failure' || recordId === '') return;
    const { cancelled } = this.#deps;
    const shown =
      failedStep !== '' &&
      (await this.#show(() => this.#client.stepLog(recordId, failedStep, cancelled), failedStep));
    if (!shown) await this.#show(() => this.#client.fullLog(recordId, 'INFO', cancelled), '');
  }

  /** @param failedStep as CodeArts names it; empty when it named none */
  async diagnose(recordId: string, failedStep: string): Promise<Finding> {
    const step = failedStep || this.steps.failedStep;
    if (this.#inputs.log === 'off') return { ...nothingFound, step };
    const kept = this.#texts.textOf(step);
    const diagnosis = new Diagnosis();
    if (!kept?.whole && step !== '' && recordId !== '' && (await this.#readStep(recordId, step, diagnosis))) {
      return diagnosis.finding(step);
    }
    const seen = kept ?? this.#texts.textOf(this.steps.failedStep) ?? this.#texts.textOf('');
    const fromKept = new Diagnosis();
    fromKept.lines(seen?.text ?? '');
    return fromKept.finding(step);
  }

  async #showRest(recordId: string, log: LogEnd, see: string): Promise<void> {
    const { clock, random, cancelled } = this.#deps;
    const options = { client: this.#client, recordId, clock, random, signal: cancelled };
    const rest = await this.#showAll(restOfLog({ ...options, log }));
    const doubted = log.state === 'lost' || log.guessed;
    if (rest.kind === 'differs' && doubted) {
      await this.steps.say(
        log.guessed
          ? 'CodeArts’ live log contradicted itself: lines above may be missing or repeated. The full log:'
          : 'The live log broke off, and where the full log goes on can’t be told. The full log:',
      );
      if (this.#inputs.logLevel === 'INFO') await this.#saving(async () => await this.#file?.startOver());
      const whole = { state: 'doubtful', length: 0, tail: '', guessed: undefined } as const;
      await this.#showAll(restOfLog({ ...options, log: whole }));
    }
    if (rest.kind === 'unavailable' && doubted) {
      const why = rest.error?.message ?? 'CodeArts gave the build no record id to download it with.';
      await this.steps.warning(`The end of the build's log is missing here: ${why}${see}`);
    }
  }

  async #showAll<R>(texts: AsyncGenerator<string, R>): Promise<R> {
    for (let next = await texts.next(); ; next = await texts.next()) {
      if (next.done) return next.value;
      await this.text(next.value);
    }
  }

  /** False when nothing of it could be had. */
  async #show(read: () => AsyncGenerator<string>, step: string): Promise<boolean> {
    let any = false;
    try {
      for await (const text of read()) {
        if (!any && step !== '') await this.steps.openStep(step);
        any = true;
        await this.steps.remote(text);
      }
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (any || step === '') await this.steps.warning(`The log is not complete here: ${error.message}`);
    }
    await this.steps.remoteEnd();
    return any;
  }

  /** False when it could not be had as a whole. */
  async #readStep(recordId: string, step: string, diagnosis: Diagnosis): Promise<boolean> {
    const reader = new LineReader();
    try {
      let any = false;
      for await (const text of this.#client.stepLog(recordId, step, this.#deps.cancelled)) {
        any ||= text !== '';
        diagnosis.lines(reader.push(text));
      }
      diagnosis.lines(reader.end());
      return any;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      await this.steps.debug(error.message);
      return false;
    }
  }

  /** The file as CodeArts has it, in place of what the live log gave. */
  async #download(recordId: string): Promise<void> {
    const { clock, random, cancelled } = this.#deps;
    const file = this.#file;
    if (!file || recordId === '') return;
    const attempt = async () => {
      await this.#saving(() => file.startOver());
      for await (const bytes of this.#client.logFile(recordId, this.#inputs.logLevel, cancelled)) {
        await this.#saving(async () => await this.#file?.bytes(bytes));
      }
    };
    try {
      await persist(attempt, { clock, random, signal: cancelled, patienceMs });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (!isNoLogYet(error.failure)) {
        await this.steps.warning(`log-file: the log could not be saved: ${error.message}`);
      }
    }
  }

  /** A disk that is full must not fail a build: the log is no longer saved then, and that is said. */
  async #saving(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#file = undefined;
      setLogFile(this.#deps.runner, '');
      const why = error instanceof Error ? error.message : String(error);
      await this.steps.warning(`log-file: the log is not saved: ${why}.`);
    }
  }
}
