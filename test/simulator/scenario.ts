/**
 * What a scenario may say about a build: its steps, its log and when each line comes, how it ends, what it makes.
 * The schema is the documentation of scenario files: scenario.schema.json is made of it (scripts/scenario-schema.ts),
 * README.md shows it in use. Refuses to run anything.
 */
import * as v from 'valibot';
import { logStyleSchema } from './log-forms/style.ts';

const secondsSchema = v.pipe(v.number('must be a number of seconds'), v.minValue(0, 'must not be negative'));
const text = v.string('must be text');

/** With words for the JSON schema that editors show (scenario.schema.json). */
const said = <const S extends v.GenericSchema>(schema: S, words: string) =>
  v.pipe(schema, v.description(words));
const seconds = (words: string) => said(secondsSchema, `${words}, in seconds`);
const one = <const T extends string>(choices: readonly T[], words: string) =>
  said(v.picklist(choices, `must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`), words);

const levels = ['INFO', 'WARNING', 'ERROR', 'DEBUG', 'INTERNAL', 'stamp', 'raw'] as const;
const levelSchema = one(
  levels,
  'INFO when left out. stamp: the time and no level, as of a command that the service itself runs. raw: the bare words of a tool. DEBUG and INTERNAL stand in the DEBUG log alone',
);

const lineObjectSchema = v.strictObject({
  text: said(
    text,
    'Filled in: {{commit}}, {{branch}}, {{number}}, {{daily}}, {{job}}, {{param.NAME}} (starred where sensitive), {{leaked.NAME}} (not starred)',
  ),
  level: v.optional(levelSchema),
  tagged: v.optional(
    said(
      v.boolean('must be true or false'),
      "Written by the step's plug-in: the step's tag, [name:mark], comes before it",
    ),
  ),
  at: v.optional(seconds('After the start of the step; lines without it spread evenly over the step')),
  end: v.optional(
    said(
      v.picklist(['\n', '\r\n', '\r', ''], 'must be \\n, \\r\\n, \\r or empty'),
      'What closes the line; a bare \\r is how a progress bar overwrites itself, nothing leaves the line open for the next',
    ),
  ),
});

const fillSchema = v.strictObject({
  fill: said(
    v.pipe(
      v.number('must be a number of bytes'),
      v.integer('must be whole'),
      v.minValue(0, 'must not be negative'),
    ),
    'So many bytes of numbered lines, written steadily over the whole step',
  ),
});

const lineSchema = v.union(
  [text, lineObjectSchema, fillSchema],
  'must be text, {text, level, at, end} or {fill: bytes}',
);

/** What a step does, without its name: also what a job made through the API may say in `properties.play`. */
export const playSchema = v.strictObject({
  mark: v.optional(said(text, 'The second half of the mark of the step in the log: [name:mark]')),
  seconds: seconds('How long the step runs'),
  result: v.optional(
    one(['success', 'error'], 'success when left out; after an error only steps with always run'),
  ),
  error: v.optional(
    said(
      v.strictObject({
        code: said(text, 'Such as DEV.CB.0210043'),
        message: text,
        exitCode: v.optional(
          said(v.pipe(v.number('must be a number'), v.integer('must be whole')), '1 when left out'),
        ),
        faq: v.optional(said(text, "An address, for the service's own analysis of the failure")),
      }),
      'Written to the log as the step fails',
    ),
  ),
  always: v.optional(said(v.boolean('must be true or false'), 'Runs although an earlier step failed')),
  checkout: v.optional(
    said(text, "The repository that this step checks out; git's lines are written in the form of the log"),
  ),
  marked: v.optional(
    said(
      v.boolean('must be true or false'),
      'false: the step has no marks, as external_shell on a custom executor when left out',
    ),
  ),
  failedMark: v.optional(
    one(
      ['absent', 'failed', 'complete'],
      'The end mark of the step when it fails; absent on a custom executor, failed on a public one when left out',
    ),
  ),
  lines: v.optional(said(v.array(lineSchema, 'must be a list of lines'), 'What the step writes')),
});

const stepSchema = v.strictObject({
  name: said(v.pipe(text, v.nonEmpty('must not be empty')), "As shown on the build's page"),
  moduleId: v.optional(said(text, 'The id of the build action')),
  ...playSchema.entries,
});

const artifactSchema = v.strictObject({
  name: text,
  version: v.optional(said(text, 'The daily build number when left out')),
  packageType: v.optional(text),
  uri: said(text, 'Where it is; words are filled in as in the log'),
  type: v.optional(text),
});

const artifactsSchema = v.strictObject({
  package: v.optional(artifactSchema),
  packages: v.optional(v.record(text, artifactSchema)),
  images: v.optional(v.record(text, artifactSchema)),
});

const flag = (words: string) => said(v.boolean('must be true or false'), words);

const bodyEntries = {
  language: v.optional(one(['zh', 'en'], 'Of what the service itself writes to the log'), 'zh'),
  queueSeconds: v.optional(seconds('How long it waits as InQueue before it could run'), 0),
  scheduled: v.optional(
    flag('false: no machine is ever found; the build ends as SCHEDULE_FAILURE after its time in the queue'),
    true,
  ),
  log: v.optional(said(logStyleSchema, 'The form of the log')),
  quiet: v.optional(flag('Writes no log at all, as some parents of multi-task builds'), false),
  logLagSeconds: v.optional(
    seconds(
      'How long the text takes from the build to the readers of the log, also after the end of the build',
    ),
    0,
  ),
  result: v.optional(
    said(text, "CodeArts' word for the end; SUCCESS, or FAILURE where a step failed, when left out"),
  ),
  errorMessage: v.optional(said(text, 'What the record of a build without success says')),
  abort: v.optional(
    said(v.strictObject({ afterSeconds: seconds('After the start'), by: text }), 'Somebody else stops it'),
  ),
  steps: v.array(stepSchema, 'must be a list of steps'),
  artifacts: v.optional(said(artifactsSchema, 'What a build that ends by itself has made'), {}),
};

const childSchema = v.strictObject({
  name: said(v.pipe(text, v.nonEmpty('must not be empty')), 'Its own among the children'),
  needs: v.optional(said(v.array(text), 'Names of earlier children that must have succeeded first'), []),
  ...bodyEntries,
});

export const scenarioSchema = v.strictObject({
  /** Lets an editor help; the simulator does not look at it. */
  $schema: v.optional(text),
  name: said(
    v.pipe(text, v.regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and -')),
    'What the job is called',
  ),
  description: said(v.pipe(text, v.nonEmpty('must not be empty')), 'What happens, in a line'),
  recordAfterSeconds: v.optional(
    seconds('How long the record stays unknown after the start was answered'),
    0,
  ),
  strategy: v.optional(
    one(
      ['lazy', 'eager'],
      'lazy: a child is triggered after those that it needs; eager: all at once, and each waits on its machine',
    ),
    'eager',
  ),
  children: v.optional(said(v.array(childSchema), 'Makes it a multi-task build'), []),
  ...bodyEntries,
});

/** As an author writes it. */
export type ScenarioSource = v.InferInput<typeof scenarioSchema>;
/** With every default filled in. */
export type Scenario = v.InferOutput<typeof scenarioSchema>;
export type ScenarioChild = v.InferOutput<typeof childSchema>;
/** What a parent, a child and an ordinary build have in common. */
export type ScenarioBody = Omit<ScenarioChild, 'name' | 'needs'>;
export type Step = v.InferOutput<typeof stepSchema>;
export type Line = v.InferOutput<typeof lineSchema>;
export type LineLevel = (typeof levels)[number];
export type Artifact = v.InferOutput<typeof artifactSchema>;
export type Artifacts = v.InferOutput<typeof artifactsSchema>;

export class ScenarioError extends Error {
  constructor(where: string, faults: readonly string[]) {
    super(`${where} is not a scenario:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ScenarioError';
  }
}

/** Checks a scenario and fills in its defaults; every fault is named with its place. */
export function readScenario(source: unknown, where: string): Scenario {
  const read = v.safeParse(scenarioSchema, source);
  if (!read.success) {
    throw new ScenarioError(where, read.issues.flatMap(faultsOf));
  }
  const faults = childFaults(read.output);
  if (faults.length > 0) throw new ScenarioError(where, faults);
  return read.output;
}

function faultsOf(issue: v.BaseIssue<unknown>): string[] {
  const path = v.getDotPath(issue) ?? '(the whole)';
  const missing = issue.received === 'undefined' ? ' (missing)' : '';
  const unknownKey = issue.type === 'strict_object' && issue.expected === 'never';
  const message = unknownKey ? 'is not known here' : issue.message;
  return [`${path}: ${message}${missing}`];
}

function childFaults(scenario: Scenario): string[] {
  const faults: string[] = [];
  const earlier = new Set<string>();
  for (const [index, child] of scenario.children.entries()) {
    for (const need of child.needs) {
      // Asking for an earlier child only makes a cycle impossible to write.
      if (!earlier.has(need)) faults.push(`children.${index}.needs: no earlier child is called ${need}`);
    }
    if (earlier.has(child.name)) faults.push(`children.${index}.name: ${child.name} is taken`);
    earlier.add(child.name);
  }
  return faults;
}
