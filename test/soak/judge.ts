// Runs a random story and compares the step with the state of the server: the number of builds, every line of their
// logs, their results, and that none is left running. Reports each difference in a sentence.

import { LogView } from '../runner/log-view.ts';
import { OutputLines } from '../runner/output-lines.ts';
import { type Build, type Job, type Simulator, startSimulator } from '../simulator/simulator.ts';
import { commit, runPostStep, runStep, type StepRun, type StoryOptions, type World } from '../story/story.ts';
import { VirtualTime } from '../story/virtual-time.ts';
import { type RandomStory, randomStory } from './random-story.ts';

export interface Verdict {
  readonly builds: number;
  readonly faults: number;
  readonly lines: number;
  readonly requests: number;
  readonly differences: readonly string[];
}

const quick = { answerTimeoutMs: 300, connectTimeoutMs: 2_000 };
const expectedResults: Readonly<Record<string, string>> = {
  SUCCESS: 'success',
  FAILURE: 'failure',
  ABORTED: 'aborted',
  SCHEDULE_FAILURE: 'failure',
};

/**
 * @param seed any whole number, from which the story is generated
 * @param friendly true for a service without named faults, with logs of the older form
 */
export async function playAndJudge(seed: number, friendly = false): Promise<Verdict> {
  const story = randomStory(seed, friendly);
  const time = new VirtualTime();
  const simulator = await startSimulator({ clock: time, keepRequests: 5_000, ...story.world });
  const world: World = { time, simulator };
  const job = simulator.addJob({
    name: 'soak',
    scenario: story.scenario,
    parameters: [{ name: 'releaseVersion' }, { name: 'token', sensitive: true }],
  });
  for (const fault of story.planned) simulator.faults.add(fault);
  if (story.rate > 0) simulator.faults.random({ seed, rate: story.rate, kinds: story.kinds });
  const { otherStartsAt } = story;
  if (otherStartsAt !== undefined)
    void time.sleep(otherStartsAt * 1_000).then(() => job.start({ commit: 'f'.repeat(40) }));
  try {
    const step = await play(story, seed, world, job);
    const own = job.builds.filter((build) => build.commit === commit);
    const differences = [
      ...(own.length > 1 ? [`${own.length} builds were started`] : []),
      ...commandsIn(step),
      ...(step.recorder.stdout.includes(simulator.accessKey.sk) ? ['the secret key was printed'] : []),
      ...(story.ending.kind === 'to-the-end'
        ? judgeEnd(step, own[0])
        : judgeInterrupted(step, own, !offsetJumped(simulator))),
    ];
    const lines = story.ending.kind === 'killed' ? 0 : step.recorder.remoteLines.length;
    return {
      builds: own.length,
      faults: simulator.faults.injected,
      lines,
      requests: simulator.count(),
      differences,
    };
  } finally {
    await simulator.close();
  }
}

async function play(story: RandomStory, seed: number, world: World, job: Job): Promise<StepRun> {
  const cancel = new AbortController();
  const { ending, inputs, debugging } = story;
  const cancelWorkflow = () => cancel.abort(new Error('the workflow was cancelled'));
  const options: StoryOptions = { world, jobId: job.id, seed, http: quick, debugging, inputs };
  if (ending.kind === 'to-the-end') return await runStep(options);
  if (ending.kind === 'cancelled') void world.time.sleep(ending.after * 1_000).then(cancelWorkflow);
  let statesWhenKilled: ReadonlyMap<string, string> | undefined;
  const step = await runStep({
    ...options,
    cancelled: cancel.signal,
    // A killed process does nothing more, so it must not stop its build here.
    ...(ending.kind === 'killed' ? { inputs: { ...inputs, 'stop-on-cancel': 'false' } } : {}),
    watch: (recorder) => {
      if (ending.kind !== 'killed') return;
      world.simulator.onRequest('*', ending.atRequest, () => {
        statesWhenKilled = new Map(recorder.states);
        cancelWorkflow();
      });
    },
  });
  if (statesWhenKilled) {
    step.recorder.states.clear();
    for (const [name, value] of statesWhenKilled) step.recorder.states.set(name, value);
  }
  await runPostStep(step, { http: quick, inputs, seed });
  return step;
}

/** The lines that a terminal shows of a log. */
function visibleLines(log: string): string[] {
  const lines = log.replace(/\n$/, '').split('\n');
  return lines.map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '');
}

/** The prefix of a line that the web view would otherwise treat as a command. */
const guard = '\u001b[0m';
const guarded = ['##[', '[group]', '[endgroup]'].map((start) => guard + start);

/** The log's lines, without the excerpt that is printed again after a failure. */
function shownLines({ recorder }: StepRun): string[] {
  const lines = recorder.remoteLines.filter((line) => !line.startsWith('│ '));
  return lines.map((line) =>
    guarded.some((start) => line.startsWith(start)) ? line.slice(guard.length) : line,
  );
}

function judgeEnd(step: StepRun, build: Build | undefined): string[] {
  if (!build) return [`no build was started: ${step.lastLine}`];
  const { code, output } = step;
  const result = expectedResults[build.status];
  const facts: readonly (readonly [string, unknown, unknown])[] = [
    ['result', output('result'), result],
    ['status', output('status'), build.status],
    ['build number', output('build-number'), String(build.number)],
    ['record id', output('record-id'), build.recordId],
    ['exit code', code, result === 'success' ? 0 : 1],
    ['state', step.recorder.states.get('build'), '{"phase":"over"}'],
  ];
  const differences = facts.flatMap(([what, is, should]) =>
    is === should ? [] : [`${what} is ${String(is)}, not ${String(should)}: ${step.lastLine}`],
  );
  const admitted = step.recorder.annotations.some(({ level }) => level === 'warning');
  const artifacts = result === 'success' && !admitted ? 1 : undefined;
  if (artifacts !== undefined && JSON.parse(output('artifacts') || '[]').length !== artifacts) {
    differences.push(`artifacts are ${output('artifacts')}`);
  }
  return [...differences, ...judgeLog(step, build, offsetJumped(step.world.simulator))];
}

/** `skipped`: offsets jumped ahead, so lines may be missing in the middle if the step warns about that. */
function judgeLog(step: StepRun, build: Build, skipped: boolean): string[] {
  const expected = build.log === '' ? [] : visibleLines(build.log);
  const shown = shownLines(step);
  const { ownLines, annotations } = step.recorder;
  const repeated = ownLines.some((line) => line.endsWith(' The full log:')) && holds(shown, expected);
  if (expected.every((line, index) => shown[index] === line)) {
    return shown.length === expected.length || repeated
      ? []
      : [`${shown.length} lines are shown, not ${expected.length}`];
  }
  const missing = annotations.some(({ message }) =>
    message.startsWith("The end of the build's log is missing"),
  );
  const mayBeMissing =
    ownLines.some((line) => line.startsWith("The end of the build's log may be missing")) &&
    (skipped || isBeginning(shown, expected));
  const anyMayBeMissing = ownLines.some((line) => line.includes("Lines of the build's log may be missing"));
  if (repeated || missing || mayBeMissing || anyMayBeMissing) return [];
  const at = expected.findIndex((line, index) => shown[index] !== line);
  return [`line ${at + 1} is ${JSON.stringify(shown[at])}, not ${JSON.stringify(expected[at])}`];
}

/** True if only the end is missing, which may cut a line. */
function isBeginning(shown: readonly string[], expected: readonly string[]): boolean {
  return shown.every((line, index) =>
    index < shown.length - 1 ? line === expected[index] : expected[index]?.startsWith(line),
  );
}

/** True if the text contains the lines in one block. */
function holds(text: readonly string[], lines: readonly string[]): boolean {
  return text.some((_, at) => lines.every((line, index) => text[at + index] === line));
}

/** Only the full log reveals an offset that jumped ahead, and a cancelled step does not wait for it. */
function offsetJumped({ faults }: Simulator): boolean {
  return 'offset-forward-jump' in faults.injectedByKind;
}

function judgeInterrupted(step: StepRun, own: readonly Build[], judgesLog: boolean): string[] {
  const running = own.filter((build) => !build.ended && build.stoppedBy === undefined);
  const left = running.map((build) => `build ${build.number} was left running: ${step.lastLine}`);
  const [build] = own;
  if (!build) return left;
  // The last line may be incomplete.
  const expected = visibleLines(build.log);
  const shown = shownLines(step).slice(0, -1);
  const wrong = build.ended && judgesLog ? shown.findIndex((line, index) => line !== expected[index]) : -1;
  return wrong === -1 || wrong >= expected.length
    ? left
    : [
        ...left,
        `line ${wrong + 1} is ${JSON.stringify(shown[wrong])}, not ${JSON.stringify(expected[wrong])}`,
      ];
}

function commandsIn({ recorder }: StepRun): string[] {
  const view = new LogView();
  const reader = new OutputLines((line) => view.line(line));
  reader.push(Buffer.from(recorder.stdout));
  reader.end();
  const { masks, outputs, state, runnerErrors, stopped } = view;
  const found = [...masks, ...outputs.keys(), ...state.keys(), ...runnerErrors];
  return [
    ...found.map((what) => `a command came out of the log: ${what}`),
    ...(stopped ? ['commands were left off'] : []),
  ];
}
