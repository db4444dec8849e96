// Generates a random story from a seed: a job, its build, the faults, and how the step ends. The same seed gives the
// same story. judge.ts runs and checks it.

import type {
  Fault,
  FaultKind,
  FaultName,
  LogForm,
  ScenarioSource,
  SimulatorOptions,
} from '../simulator/simulator.ts';
import { seeded } from '../story/story.ts';

/** How the story ends for the step. */
export type Ending =
  | { readonly kind: 'to-the-end' }
  /** The workflow is cancelled so many seconds after the start of the step. */
  | { readonly kind: 'cancelled'; readonly after: number }
  /** The step is killed when its request with this number arrives. */
  | { readonly kind: 'killed'; readonly atRequest: number };

export interface RandomStory {
  readonly world: SimulatorOptions;
  readonly scenario: ScenarioSource;
  readonly inputs: Readonly<Record<string, string>>;
  readonly rate: number;
  readonly kinds: readonly FaultKind[];
  readonly planned: readonly Fault[];
  readonly ending: Ending;
  /** When another user starts builds of the same job, in seconds after the start of the step. */
  readonly otherStartsAt: number | undefined;
  readonly debugging: boolean;
}

const words = [
  ...[
    '[INFO] ',
    '下载依赖 ',
    'Compiling ',
    '✓ ',
    '😀 ',
    '👩‍👩‍👧 ',
    'é',
    '\u001b[32mok\u001b[0m ',
    '....',
    '\uFFFD',
  ],
  ...[
    '::error::forged',
    '::add-mask::x',
    '##[error]forged',
    ' ::stop-commands::x',
    'Finished: SUCCESS',
    '%0A',
    '\t',
  ],
  ...['50%\r', 'https://repo.example.com/a/b?c=d&e=f ', 'ERROR: it failed ', '\\', '"', 'x'.repeat(200), ''],
];

const kinds: readonly FaultKind[] = [
  ...(['status', 'reset-before', 'reset-after', 'truncated', 'html', 'empty-body', 'not-json'] as const),
  ...(['throttled', 'too-frequent', 'busy', 'close-idle', 'json-string', 'status-fail'] as const),
  ...(['offset-stuck', 'offset-back', 'offset-forward-jump', 'has-more-always', 'has-more-never'] as const),
  ...(['wrong-current-offset', 'empty-content', 'cut'] as const),
];

/** Named faults under which a step still has to report everything correctly. */
const harmlessFaults: readonly [FaultName, ...FaultName[]] = [
  'no-task-list',
  'no-last-line',
  'line-after-last',
  'last-line-late',
  'small-pieces',
  'log-lags-silently',
  'token-bucket',
  'no-retry-after',
  'too-frequent',
  'file-type-json',
  'file-type-html',
  'file-type-absent',
  'details-no-history',
  'ratio-hang',
  'no-project-id',
  'outputs-late',
  'gzip',
  'byte-order-mark',
  'big-headers',
  'first-record-rejected',
];

const logForms: readonly [LogForm, ...LogForm[]] = ['custom-executor', 'public-executor', 'older'];

/** Draws the random values that stories need. */
class RandomValues {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seeded(seed);
  }

  upTo(most: number): number {
    return Math.floor(this.next() * (most + 1));
  }

  often(share: number): boolean {
    return this.next() < share;
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.upTo(choices.length - 1)] ?? choices[0];
  }
}

/** `friendly`: a service without named faults, whose logs have the older form. */
export function randomStory(seed: number, friendly = false): RandomStory {
  const random = new RandomValues(seed);
  const other = new RandomValues(seed * 31 + 7);
  const form = friendly ? 'older' : other.of(logForms);
  const faults = !friendly && other.often(0.4) ? [other.of(harmlessFaults)] : [];
  const scenario = randomScenario(random);
  const chosen = kinds.filter(() => random.often(0.4));
  return {
    world: {
      seed: random.upTo(1_000_000),
      answers: random.of(['reference', 'possible']),
      faults,
      skewMs: random.often(0.1) ? random.of([-1_200_000, 1_200_000]) : 0,
      log: {
        form,
        unit: random.of(['bytes', 'characters']),
        moreWhileBuilding: random.often(0.5),
        fullLogWhileRunning: random.of(['part', 'empty', 'error']),
      },
    },
    scenario,
    inputs: {
      'poll-interval': String(1 + random.upTo(59)),
      ...(random.often(0.5) ? { parameters: 'releaseVersion=1.4.0\ntoken=s3cret-value-of-a-parameter' } : {}),
    },
    rate: random.often(0.2) ? 0 : 0.02 + random.next() * 0.26,
    kinds: chosen.length > 0 ? chosen : ['busy'],
    planned: plannedFaults(random),
    ending: randomEnding(random),
    otherStartsAt: random.often(0.2) ? random.upTo(60) : undefined,
    debugging: random.often(0.3),
  };
}

function randomEnding(random: RandomValues): Ending {
  const way = random.next();
  if (way < 0.6) return { kind: 'to-the-end' };
  if (way < 0.8) return { kind: 'cancelled', after: random.next() * 200 };
  return { kind: 'killed', atRequest: 1 + random.upTo(40) };
}

function plannedFaults(random: RandomValues): Fault[] {
  const planned: Fault[] = [];
  if (random.often(0.3))
    planned.push({ call: 'start', kind: random.of(['reset-after', 'no-build-number', 'not-json']) });
  if (random.often(0.05)) planned.push({ call: random.of(['start', 'record', 'log']), kind: 'hang-after' });
  if (random.often(0.1)) {
    planned.push({
      call: 'log',
      kind: 'status',
      status: 404,
      code: 'X.1',
      after: random.upTo(30),
      times: 100_000,
    });
  }
  if (random.often(0.1))
    planned.push({ call: 'log', kind: 'offset-stuck', after: random.upTo(9), times: 100_000 });
  return planned;
}

function randomScenario(random: RandomValues): ScenarioSource {
  const failing = random.often(0.25);
  const steps = Array.from({ length: 1 + random.upTo(3) }, (_, index) => ({
    name: random.of(['代码检出', 'Maven构建', 'npm', '::error::x', 'Docker | <b>']) + index,
    seconds: random.upTo(60),
    lines: Array.from({ length: random.upTo(60) }, () => randomLine(random)),
  }));
  const last = steps.length - 1;
  return {
    name: 'random',
    description: 'made by chance',
    language: random.of(['zh', 'en']),
    queueSeconds: random.often(0.3) ? random.upTo(90) : 0,
    recordAfterSeconds: random.often(0.2) ? random.upTo(6) : 0,
    logLagSeconds: random.often(0.3) ? random.upTo(7) : 0,
    scheduled: !random.often(0.05),
    ...(random.often(0.08) ? { abort: { afterSeconds: random.upTo(60), by: 'somebody' } } : {}),
    artifacts: { package: { name: 'app.jar', uri: 'https://repo.example.com/app.jar' } },
    steps: steps.map((step, index) =>
      failing && index === last
        ? { ...step, result: 'error' as const, error: { code: 'DEV.CB.0210043', message: 'it failed' } }
        : step,
    ),
  };
}

function randomLine(random: RandomValues): {
  text: string;
  level: 'raw' | 'INFO' | 'stamp';
  end: '\n' | '\r\n' | '\r';
} {
  const text = Array.from({ length: random.upTo(6) }, () => words[random.upTo(words.length - 1)]).join('');
  return {
    text,
    level: random.of(['raw', 'INFO', 'stamp']),
    end: random.of(['\n', '\n', '\n', '\r\n', '\r']),
  };
}
