// The build's log in this step: shown, saved, and kept for the diagnosis. Decides where its text comes from: live, the
// full log, or one step's log; and what of it is shown: all, the failed step's, or nothing. Of a multi-task build the
// children's logs are part of it, one at a time. Reference 4.10, 4.11, 4.27.

import { Diagnosis, type Finding, nothingFound } from '../build/diagnosis/diagnosis.ts';
import type { ChildLogEnd, LogEnd, LogEvent } from '../build/events.ts';
import { byEnd, type Child, hasRun, isOver } from '../build/flow/child.ts';
import type { ChildOutcome } from '../build/flow/flow-outcome.ts';
import { LineReader } from '../build/lines.ts';
import { restOfLog } from '../build/log-rest.ts';
import { readSteadily, type Steadiness } from '../build/steady-log.ts';
import type { StepTexts } from '../build/step-texts.ts';
import type { CodeArtsBuild } from '../codearts/client.ts';
import { CallError, isNoLogYet } from '../codearts/errors.ts';
import type { Deps } from '../deps.ts';
import { counted } from '../one-line.ts';
import { heading, ownHeading } from '../workflow/children.ts';
import type { Inputs } from '../workflow/inputs.ts';
import type { StepLog } from '../workflow/step-log.ts';
import { SavedLog } from './saved-log.ts';
import type { Voices } from './voices.ts';

/** With `log: on-failure`, so many failed children are shown. */
const mostFailed = 10;
const mostNamed = 20;

export interface BuildLogOptions {
  readonly deps: Deps;
  readonly inputs: Inputs;
  readonly client: CodeArtsBuild;
  /** What the step prints. */
  readonly log: StepLog;
  /** The keeper of what `log` prints of a build. */
  readonly voices: Voices;
}

/** The log of this step's build, with its children's. */
export class BuildLog {
  readonly saved: SavedLog;
  readonly #deps: Deps;
  readonly #inputs: Inputs;
  readonly #client: CodeArtsBuild;
  readonly #log: StepLog;
  readonly #voices: Voices;
  /** The child whose text came last; undefined: the build's own did. */
  #speaks: Child | undefined;
  /** The record ids of the children whose logs have been told to their end. */
  readonly #told = new Set<string>();

  constructor({ deps, inputs, client, log, voices }: BuildLogOptions) {
    this.#deps = deps;
    this.#inputs = inputs;
    this.#client = client;
    this.#log = log;
    this.#voices = voices;
    this.saved = new SavedLog(deps, inputs, client, log);
  }

  /** What comes of the build's log, and of its children's. */
  async hear(event: LogEvent): Promise<void> {
    switch (event.kind) {
      case 'text':
        await this.#log.remote(event.text);
        return await this.saved.text(event.text);
      case 'floor':
        return await this.#floor(event.child);
      case 'told-anew':
        return await this.#tellAnew(brokenOff);
      case 'child-told':
        return await this.#childTold(event.child, event.end);
    }
  }

  /** The build is over: what the live log left out is shown and saved. @param where the end of a line that says where else to look */
  async complete(recordId: string, log: LogEnd, where: string, children: readonly Child[]): Promise<void> {
    if (log.state !== 'off') {
      await this.#showRest(recordId, log, where);
      await this.#log.remoteEnd();
    }
    if (this.#inputs.logLevel === 'INFO' && log.state !== 'off') return;
    await this.saved.download(recordId);
    for (const child of children.filter(hasRun).toSorted(byEnd)) {
      await this.saved.download(child.recordId, heading(child));
    }
  }

  /** Names the children whose logs were not told to their end, where logs are shown as they come. */
  async sayWhatIsLeft(children: readonly Child[]): Promise<void> {
    const left = children.filter((child) => hasRun(child) && !this.#told.has(child.recordId));
    if (this.#inputs.log !== 'stream' || left.length === 0) return;
    const names = left.slice(0, mostNamed).map(({ name }) => name);
    const more = left.length - names.length;
    const those = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    await this.#log.say(`CodeArts may have more of the logs of these children than is shown here: ${those}`);
  }

  /**
   * `log: on-failure`: shows the failed step's log; the whole log where the step or its log is not known.
   * @param failed children of a multi-task build, whose logs tell more than its own; none: the build's own log
   */
  async showFailure(recordId: string, failedStep: string, failed: readonly ChildOutcome[]): Promise<void> {
    if (this.#inputs.log !== 'on-failure') return;
    const heard = failed.filter(hasRun);
    if (heard.length === 0) await this.#showStep(recordId, failedStep);
    for (const child of heard.slice(0, mostFailed)) {
      await this.#log.voice(child.name);
      await this.#log.say(heading(child));
      this.#voices.floor(child);
      await this.#showStep(child.recordId, child.failedStep);
      this.#voices.told(child, this.#log.failedStep);
    }
    const left = heard.length - mostFailed;
    if (left > 0)
      await this.#log.say(
        `${counted(left, 'more child', 'more children')} failed; see CodeArts for their logs.`,
      );
  }

  /** @param failedStep as CodeArts names it; empty when it named none */
  async diagnose(recordId: string, failedStep: string): Promise<Finding> {
    const { own } = this.#voices;
    return await this.#diagnose(recordId, failedStep, own, this.#log.ownFailedStep);
  }

  /** Where and why a child of a multi-task build failed. */
  async diagnoseChild(child: ChildOutcome): Promise<Finding> {
    const heard = this.#voices.ofChild(child);
    const finding = await this.#diagnose(
      child.recordId,
      child.failedStep,
      heard?.texts,
      heard?.failedStep ?? '',
    );
    return { ...finding, child: child.name };
  }

  async #diagnose(
    recordId: string,
    failedStep: string,
    texts: StepTexts | undefined,
    markedStep: string,
  ): Promise<Finding> {
    const step = failedStep || markedStep;
    if (this.#inputs.log === 'off') return { ...nothingFound, step };
    const kept = texts?.textOf(step);
    const diagnosis = new Diagnosis();
    if (!kept?.whole && step !== '' && recordId !== '' && (await this.#readStep(recordId, step, diagnosis))) {
      return diagnosis.finding(step);
    }
    const seen = kept ?? texts?.textOf(markedStep) ?? texts?.textOf('');
    const fromKept = new Diagnosis();
    fromKept.lines(seen?.text ?? '');
    return fromKept.finding(step);
  }

  async #floor(child: Child | undefined): Promise<void> {
    const title = child ? heading(child) : ownHeading;
    await this.#log.voice(child?.name ?? '');
    await this.#log.say(title);
    this.#voices.floor(child);
    await this.saved.part(title, child === undefined);
    this.#speaks = child;
  }

  async #childTold(child: Child, end: ChildLogEnd): Promise<void> {
    if (end.kind !== 'cut') this.#told.add(child.recordId);
    const spoke = this.#speaks?.recordId === child.recordId ? this.#speaks : undefined;
    if (spoke) {
      await this.#log.voiceEnd();
      this.#voices.told(child, this.#log.failedStep);
    }
    if (end.kind === 'cut') {
      await this.#log.warning(`The log of ${child.name} is not complete here: ${end.error.message}`);
    }
    if (!spoke) await this.#log.say(heading(child, '; it has no log'));
    else if (!isOver(spoke)) await this.#log.say(heading(child));
  }

  async #tellAnew(line: string): Promise<void> {
    // What the log broke off with may be half a line: the first one of the new telling is no part of it.
    await this.#log.voiceEnd();
    await this.#log.say(line);
    await this.saved.startOver();
  }

  async #showRest(recordId: string, log: LogEnd, where: string): Promise<void> {
    const { clock, random, cancelled } = this.#deps;
    const options = { client: this.#client, recordId, clock, random, signal: cancelled };
    const broken = log.state === 'lost' || log.guessed !== undefined;
    let rest = await this.#showAll(restOfLog({ ...options, log }));
    if (rest.kind === 'differs') {
      const whole = { state: 'doubtful', length: 0, tail: '', guessed: undefined } as const;
      const anew = log.guessed ? contradicted : brokenOff;
      rest = await this.#showAll(restOfLog({ ...options, log: whole }), anew);
    }
    if (rest.kind === 'shorter') return await this.#log.say(`${mayBeMissing}: ${tooShort}${where}`);
    if (rest.kind !== 'unavailable') return;
    const { error } = rest;
    const why = `${error?.message ?? 'CodeArts gave the build no record id to download it with.'}${where}`;
    if (broken) await this.#log.warning(`The end of the build's log is missing here: ${why}`);
    // A build without a log is common; one whose log is kept from us, or cut without a word, is told.
    else if (!error || isNoLogYet(error.failure)) return;
    else if (log.state === 'absent') await this.#log.warning(`The build's log is missing here: ${why}`);
    else await this.#log.say(`${mayBeMissing}: ${why}`);
  }

  /** @param anew said before the first text, which begins the log once more */
  async #showAll<R>(texts: AsyncGenerator<string, R>, anew?: string): Promise<R> {
    let begun = false;
    for (let next = await texts.next(); ; next = await texts.next()) {
      if (next.done) return next.value;
      if (this.#speaks) await this.#floor(undefined);
      if (anew !== undefined && !begun) await this.#tellAnew(anew);
      begun = true;
      await this.hear({ kind: 'text', text: next.value });
    }
  }

  async #showStep(recordId: string, step: string): Promise<void> {
    const { cancelled } = this.#deps;
    if (recordId === '') return;
    const shown =
      step !== '' && (await this.#show(() => this.#client.stepLog(recordId, step, cancelled), step));
    if (!shown) await this.#show(() => this.#client.fullLog(recordId, 'INFO', cancelled), '');
  }

  get #steadiness(): Steadiness {
    const { clock, random, cancelled: signal } = this.#deps;
    return { clock, random, signal };
  }

  /** False when nothing of it could be had. */
  async #show(read: () => AsyncGenerator<string>, step: string): Promise<boolean> {
    let any = false;
    try {
      const texts = readSteadily(read, this.#steadiness);
      let next = await texts.next();
      for (; !next.done; next = await texts.next()) {
        if (!any && step !== '') await this.#log.openStep(step);
        any = true;
        await this.#log.remote(next.value);
      }
      if (any && next.value.completion !== 'completed') {
        await this.#log.warning(
          'The log is not complete here: its download broke off, and it has changed since.',
        );
      }
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (any || step === '') await this.#log.warning(`The log is not complete here: ${error.message}`);
    }
    await this.#log.voiceEnd();
    return any;
  }

  /** False when it could not be had as a whole. */
  async #readStep(recordId: string, step: string, diagnosis: Diagnosis): Promise<boolean> {
    const reader = new LineReader();
    try {
      let any = false;
      const read = () => this.#client.stepLog(recordId, step, this.#deps.cancelled);
      const texts = readSteadily(read, this.#steadiness);
      let next = await texts.next();
      for (; !next.done; next = await texts.next()) {
        any ||= next.value !== '';
        diagnosis.lines(reader.push(next.value));
      }
      diagnosis.lines(reader.end());
      return any && next.value.completion === 'completed';
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      await this.#log.debug(error.message);
      return false;
    }
  }
}

const mayBeMissing = "The end of the build's log may be missing here";
const tooShort = 'CodeArts gave less of it for download than was shown.';
const brokenOff = "The live log broke off, and where the full log goes on can't be told. The full log:";
const contradicted =
  "CodeArts' live log contradicted itself: lines above may be missing or repeated. The full log:";
