/**
 * Writes a log in the forms that executors write in 2026: Chinese logs of custom executors, English logs of public
 * ones (both are known from published logs). Most tool output has a date and no level, engine steps stand between the
 * job's own, a shell step on a custom executor has no marks, and dates are not always in order. What a log says when
 * a user stops its build is not known; "Aborted by NAME" is what Jenkins, which runs the builds, writes.
 */
import { hexId } from '../identifiers.ts';
import type { Line, LineLevel, Step } from '../scenario.ts';
import type { Plan, PlannedStep } from '../timeline.ts';
import { LineWriter, outsideSteps, type Piece, type RunFacts } from './line-writer.ts';
import { engineSteps, markOf, stoppedAt, taskState, taskStatus, timedLines, writtenBefore } from './steps.ts';

const marks = {
  zh: { start: '该步骤开始执行', complete: '该步骤执行完成', noPassword: '用户名或密码为空。' },
  en: {
    start: 'This step is start',
    complete: 'This step is complete',
    noPassword: 'The username or password is empty.',
  },
} as const;

const failedMark = 'Failed to complete this step';

export function executorLog(plan: Plan, facts: RunFacts): Piece[] {
  const writer = new ExecutorLog(facts);
  writer.begin(plan);
  for (const [index, planned] of plan.steps.entries()) {
    if (planned.runs) writer.step(plan, planned, index);
  }
  const stopped = stoppedAt(facts, plan.length);
  if (facts.stop === undefined || stopped === undefined) {
    writer.end(plan, { at: plan.length, result: plan.result, stopped: undefined });
    return writer.pieces;
  }
  const after = new ExecutorLog(facts);
  after.write(stopped, outsideSteps, 'stamp', `Aborted by ${facts.stop.by}`);
  after.end(plan, { at: stopped, result: 'ABORTED', stopped });
  return [...writtenBefore(writer.pieces, stopped), ...after.pieces];
}

class ExecutorLog extends LineWriter {
  readonly #facts: RunFacts;
  readonly #custom: boolean;
  /** A progress bar is being drawn: its next state follows without a date. */
  #continues = false;
  /** A line of git that is flushed late, amid the output of the step after the checkout. */
  #late: { readonly text: string; readonly dated: number; readonly step: number } | undefined;

  constructor(facts: RunFacts) {
    super(facts);
    this.#facts = facts;
    this.#custom = facts.style.form === 'custom-executor';
  }

  begin(plan: Plan): void {
    const { fill, waiting = 0 } = this.#facts;
    const ready = (plan.steps[0]?.from ?? plan.length) - waiting;
    if (this.#facts.style.startedByUser) this.text(0, outsideSteps, 'Started by user jenkins');
    this.#untagged(0, fill('[JobStatusPlugin] onStarted: {{execution}} #{{number}}'));
    if (this.#custom) this.#prepareCustom(ready);
    else this.#preparePublic(ready);
    // An eager child has its executor and waits on it for the children that it needs.
    if (waiting > 0) this.#engineStep(ready, ready + waiting, 'wait_job_depends', 'waitForDependencies');
  }

  #prepareCustom(ready: number): void {
    const { fill } = this.#facts;
    const resume = 'Resume disabled by user, switching to high-performance, low-durability mode.';
    this.write(0, outsideSteps, 'stamp', resume);
    const pool = hexId(32, fill('{{job}}'), 'pool');
    const step = engineSteps.prepare;
    const tag = '[PRE_ENV:slave_create]';
    const { start, complete } = marks[this.#facts.language];
    const at = ready * 0.3;
    this.write(at, step, 'INFO', `${tag} : ${start}`);
    this.write(at, step, 'INFO', `${tag} : [slave] resources pool message: ${pool}`);
    const warning = '[slave] find empty runtime, location: PRE_ENV.slave_create';
    this.write(at, step, 'WARNING', `${tag} : ${warning}`);
    const found = '[slave] Find available executor node:agent_1700000000001-K2';
    this.write(ready * 0.6, step, 'INFO', `${tag} : ${found}`);
    this.write(ready * 0.7, step, 'INFO', `${tag} : ${complete}`);
  }

  #preparePublic(ready: number): void {
    const step = engineSteps.prepare;
    const tag = '[PRE_ENV:slave_create]';
    const { start, complete } = marks[this.#facts.language];
    this.#internal(ready * 0.1, 'PRE_ENV');
    this.write(ready * 0.2, step, 'INFO', `${tag} : ${start}`);
    const pool = '[slave] resources pool message: default-x86-2u8g_a1';
    this.write(ready * 0.3, step, 'INFO', `${tag} : ${pool}`);
    this.write(ready * 0.7, step, 'INFO', `${tag} : ${complete}`);
    this.#internal(ready * 0.7, 'cache_check');
    this.#engineStep(ready * 0.8, ready * 0.9, 'Cache Check', 'cacheCheck');
  }

  step(plan: Plan, planned: PlannedStep, index: number): void {
    this.#continues = false;
    if (planned.step.checkout === undefined) {
      this.#jobStep(planned, index);
    } else {
      this.#checkout(planned, index, planned.step.checkout);
      const last = !plan.steps.slice(index + 1).some(({ step }) => step.checkout !== undefined);
      if (!this.#custom && last && planned.step.result !== 'error') {
        this.#engineStep(planned.until, planned.until, 'wait_job_depends', 'waitForDependencies');
      }
    }
  }

  #jobStep(planned: PlannedStep, index: number): void {
    const { step, from, until } = planned;
    const { start, complete } = marks[this.#facts.language];
    const marked = step.marked ?? !(this.#custom && markOf(step) === 'external_shell');
    const tag = `[${step.name}:${markOf(step)}]`;
    if (marked) this.write(from, index, 'INFO', `${tag} : ${start}`);
    const lines = timedLines(step.lines ?? [], planned, this.#facts.speed);
    for (const [place, { line, at }] of lines.entries()) {
      this.#line(line, at, planned, index);
      if (place === Math.min(3, lines.length - 1)) this.#flushLate(at);
    }
    this.#flushLate(until);
    if (step.result === 'error') this.#failure(step, until, index, marked ? tag : undefined);
    else if (marked) this.write(until, index, 'INFO', `${tag} : ${complete}`);
  }

  /** `tag`: undefined for a step without marks. */
  #failure(step: Step, at: number, index: number, tag: string | undefined): void {
    const { fill, language } = this.#facts;
    if (tag === undefined) {
      const code = step.error?.exitCode ?? 1;
      const text = `script returned exit code ${code}, exitMessage is: command run failed`;
      this.#untagged(at, text, 'ERROR', index);
      return;
    }
    if (step.error !== undefined) {
      this.write(at, index, 'ERROR', fill(`${tag} : ${step.error.code}, ${step.error.message}`));
    }
    const mark = step.failedMark ?? (this.#custom ? 'absent' : 'failed');
    if (mark === 'failed') this.write(at, index, 'INFO', `${tag} : ${failedMark}`);
    if (mark === 'complete') this.write(at, index, 'INFO', `${tag} : ${marks[language].complete}`);
  }

  /** Two marked pairs, with git's own lines unmarked between them. */
  #checkout(planned: PlannedStep, index: number, repository: string): void {
    const { step, from, until } = planned;
    const { fill } = this.#facts;
    const at = (share: number): number => from + (until - from) * share;
    const sub = this.#custom
      ? { before: 'external_pre_checkout', after: 'external_post_checkout' }
      : { before: 'preCheckout', after: 'postCheckout' };
    const { start, complete, noPassword } = marks[this.#facts.language];
    const before = `[${step.name}:${sub.before}] :`;
    this.write(from, index, 'INFO', `${before} ${start}`);
    if (this.#custom) this.write(at(0.1), index, 'INFO', `${before} [WARN]DEV.CB.02101217,${noPassword}`);
    this.write(at(0.1), index, 'INFO', `${before} ${complete}`);
    const git = this.#custom ? customGitLines(repository) : publicGitLines(repository);
    for (const [place, text] of git.entries()) {
      const moment = at(0.2 + (0.5 * place) / git.length);
      const [first, second] = fill(text).split(twoRecords);
      const rest = second === undefined ? '' : ` ${this.date(moment + 1)} ${second}`;
      this.write(moment, index, 'stamp', `${first}${rest}`);
    }
    for (const { line, at: moment } of timedLines(step.lines ?? [], planned, this.#facts.speed)) {
      this.#line(line, Math.max(moment, at(0.7)), planned, index);
    }
    if (step.result === 'error') {
      this.#failure(step, until, index, `[${step.name}:${sub.after}]`);
      return;
    }
    const after = `[${step.name}:${sub.after}] :`;
    this.write(until, index, 'INFO', `${after} ${start}`);
    this.write(until, index, 'INFO', `${after} ${complete}`);
    if (this.#custom) {
      const text = fill(' > git rev-parse origin/{{branch}}^{commit} # timeout=10');
      this.#late = { text, dated: at(0.65), step: index };
    }
  }

  #flushLate(at: number): void {
    if (this.#late === undefined) return;
    const { text, dated, step } = this.#late;
    this.#late = undefined;
    // Never inside a progress bar: its states follow each other.
    this.write(at, step, 'stamp', text, { dated });
    this.#continues = false;
  }

  #line(line: Line, at: number, planned: PlannedStep, index: number): void {
    const { fill } = this.#facts;
    if (typeof line === 'string') {
      this.#output(at, index, 'INFO', fill(line), '\n');
    } else if ('fill' in line) {
      const { from, until } = planned;
      this.pieces.push({ kind: 'fill', at: from, until, bytes: line.fill, step: index });
    } else {
      const tag = line.tagged === true ? `[${planned.step.name}:${markOf(planned.step)}] : ` : '';
      this.#output(at, index, line.level ?? 'INFO', tag + fill(line.text), line.end ?? '\n');
    }
  }

  /** A line of a tool. A bare \r becomes the end of a line, and what follows it has no date. */
  #output(at: number, index: number, level: LineLevel, text: string, end: string): void {
    const continues = this.#continues;
    this.#continues = end === '\r' || end === '';
    const written = text.replaceAll('\r', '\n');
    const options = { end: end === '\r' ? '\n' : end, debug: level === 'DEBUG' };
    const head = level === 'raw' || level === 'stamp' ? '' : `[${level}] `;
    const date = continues ? '' : `${this.date(at)} `;
    this.text(at, index, date + (continues ? '' : head) + written, options);
  }

  /** The end of the run: the list of all tasks, the plug-in's last words, and the last line. */
  end(plan: Plan, end: { at: number; result: string; stopped: number | undefined }): void {
    const { fill, speed, style } = this.#facts;
    const lastStep = Math.max(0, ...plan.steps.map(({ until }) => until));
    const at = (before: number): number =>
      end.stopped ?? Math.max(Math.min(lastStep, end.at), end.at - before / speed);
    if (!this.#custom) this.#internal(at(250), 'POST_ENV');
    if (style.allTasksStatus) {
      this.#untagged(at(200), `${'+'.repeat(15)}All Tasks Status${'+'.repeat(17)}`);
      for (const state of this.#taskStates(plan, end.stopped)) this.#untagged(at(200), state);
      this.#untagged(at(200), '+'.repeat(48));
    }
    this.#untagged(at(150), fill('[JobStatusPlugin] onCompleted: {{execution}} #{{number}}'));
    this.finished(end.at, end.result);
  }

  #taskStates(plan: Plan, stopped: number | undefined): string[] {
    const states = plan.steps.flatMap((planned, index) => {
      const status = taskStatus(planned, stopped);
      if (status === undefined) return [];
      const { step } = planned;
      const state =
        step.checkout === undefined ? taskState(step, index) : `state_checkout_${index}.preCheckout`;
      return [`state: ${state}, status: ${status}`];
    });
    return this.#custom ? states : ['state: cache_check.cacheCheck-0, status: success', ...states];
  }

  #engineStep(from: number, until: number, name: string, kind: keyof typeof engineSteps): void {
    const { start, complete } = marks[this.#facts.language];
    this.write(from, engineSteps[kind], 'INFO', `[${name}:${name}] : ${start}`);
    this.write(until, engineSteps[kind], 'INFO', `[${name}:${name}] : ${complete}`);
  }

  #internal(at: number, stage: string): void {
    this.write(at, outsideSteps, 'INTERNAL', `Execute the stage [${stage}]`, { debug: false });
  }

  /** A line of the engine with an empty step tag: level, two blanks, colon. */
  #untagged(at: number, text: string, level: 'INFO' | 'ERROR' = 'INFO', step: number = outsideSteps): void {
    this.write(at, step, level, ` : ${text}`);
  }
}

/** Separates two records that the service writes into one line, each with its own date. */
const twoRecords = '\u0000';

function customGitLines(repository: string): string[] {
  const workspace = '/opt/agent_1700000000001/workspace/{{execution}}';
  const url = `https://github.com/octo/${repository}.git`;
  return [
    'No credentials specified',
    'Cloning the remote Git repository',
    `Cloning repository ${url}`,
    ` > git init ${workspace} # timeout=10`,
    `Fetching upstream changes from ${url}`,
    ' > git --version # timeout=10',
    `using GIT_ASKPASS to set credentials  username and password****${twoRecords}scmType is github`,
    ` > git fetch --tags --progress ${url} +refs/heads/*:refs/remotes/origin/* # timeout=10`,
    'Checking out Revision {{commit}} (origin/{{branch}})',
    ' > git config core.sparsecheckout # timeout=10',
    ' > git checkout -f {{commit}} # timeout=10',
  ];
}

function publicGitLines(repository: string): string[] {
  const workspace = '/devcloud/ws/aB3dE/workspace/{{execution}}';
  const url = `https://github.com/octo/${repository}.git`;
  return [
    `Cloning repository ${url}`,
    ` > git init ${workspace} # timeout=10`,
    ` > git fetch --tags --progress ${url} +refs/heads/*:refs/remotes/origin/* # timeout=10`,
    'Checking out Revision {{commit}} (origin/{{branch}})',
    ' > git checkout -f {{commit}} # timeout=10',
  ];
}
