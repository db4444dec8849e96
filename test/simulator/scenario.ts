/**
 * Defines scenarios: the steps of a build, the lines of its log and their times, its result and its artifacts. The schema is
 * also the documentation of scenario files: scripts/scenario-schema.ts makes scenario.schema.json from it.
 */
import * as v from 'valibot';
import { logStyleSchema } from './log-forms/style.ts';

const secondsSchema = v.pipe(v.number('must be a number of seconds'), v.minValue(0, 'must not be negative'));
const text = v.string('must be text');

/** With a description for editors (scenario.schema.json). */
const described = <const S extends v.GenericSchema>(schema: S, words: string) =>
  v.pipe(schema, v.description(words));
const seconds = (words: string) => described(secondsSchema, `${words}, in seconds`);
const choice = <const T extends string>(choices: readonly T[], words: string) =>
  described(v.picklist(choices, `must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`), words);

const levels = ['INFO', 'WARNING', 'ERROR', 'DEBUG', 'INTERNAL', 'stamp', 'raw'] as const;
const levelSchema = choice(
  levels,
  'INFO when left out. stamp: a date and no level. raw: the output of a tool, without date and level in the older form. DEBUG lines are in the DEBUG log only',
);

const lineObjectSchema = v.strictObject({
  text: described(
    text,
    'Placeholders: {{commit}}, {{branch}}, {{number}}, {{daily}}, {{job}}, {{execution}}, {{workspace}}, {{param.NAME}} (masked when sensitive), {{leaked.NAME}} (never masked)',
  ),
  level: v.optional(levelSchema),
  tagged: v.optional(
    described(
      v.boolean('must be true or false'),
      "Written by the step's plug-in: the step's tag, [name:mark], comes before it",
    ),
  ),
  at: v.optional(seconds('After the start of the step; lines without it spread evenly over the step')),
  end: v.optional(
    described(
      v.picklist(['\n', '\r\n', '\r', ''], 'must be \\n, \\r\\n, \\r or empty'),
      'The end of the line: a bare \\r as progress bars use it; empty to continue the line with the next one',
    ),
  ),
});

const fillSchema = v.strictObject({
  fill: described(
    v.pipe(
      v.number('must be a number of bytes'),
      v.integer('must be whole'),
      v.minValue(0, 'must not be negative'),
    ),
    'How many bytes of numbered lines are written, evenly over the step',
  ),
});

const lineSchema = v.union(
  [text, lineObjectSchema, fillSchema],
  'must be text, {text, level, at, end} or {fill: bytes}',
);

/** A step without its name; also what a job created through the API may have as `properties.play`. */
export const playSchema = v.strictObject({
  mark: v.optional(described(text, 'The second half of the mark of the step in the log: [name:mark]')),
  seconds: seconds('How long the step runs'),
  result: v.optional(
    choice(['success', 'error'], 'success when left out; after an error only steps with always run'),
  ),
  error: v.optional(
    described(
      v.strictObject({
        code: described(text, 'Such as DEV.CB.0210043'),
        message: text,
        exitCode: v.optional(
          described(v.pipe(v.number('must be a number'), v.integer('must be whole')), '1 when left out'),
        ),
        faq: v.optional(described(text, "An address, for the service's own analysis of the failure")),
      }),
      'Written to the log as the step fails',
    ),
  ),
  always: v.optional(described(v.boolean('must be true or false'), 'Runs although an earlier step failed')),
  checkout: v.optional(
    described(
      text,
      "The repository that this step checks out; git's lines are written in the form of the log",
    ),
  ),
  marked: v.optional(
    described(
      v.boolean('must be true or false'),
      'false: the step has no marks, as external_shell on a custom executor when left out',
    ),
  ),
  failedMark: v.optional(
    choice(
      ['absent', 'failed', 'complete'],
      'The end mark of the step when it fails; absent on a custom executor, failed on a public one when left out',
    ),
  ),
  lines: v.optional(described(v.array(lineSchema, 'must be a list of lines'), 'What the step writes')),
});

const stepSchema = v.strictObject({
  name: described(v.pipe(text, v.nonEmpty('must not be empty')), "As shown on the build's page"),
  moduleId: v.optional(described(text, 'The id of the build action')),
  ...playSchema.entries,
});

const artifactSchema = v.strictObject({
  name: text,
  version: v.optional(described(text, 'The daily build number when left out')),
  packageType: v.optional(text),
  uri: described(text, 'Where it is; words are filled in as in the log'),
  type: v.optional(text),
});

const artifactsSchema = v.strictObject({
  package: v.optional(described(artifactSchema, '`package_info` of output-info: a package')),
  packages: v.optional(
    described(
      v.record(text, artifactSchema),
      '`package_infos` of output-info: packages published for use in-house (二方包), by name',
    ),
  ),
  images: v.optional(
    described(v.record(text, artifactSchema), '`image_infos` of output-info: container images, by name'),
  ),
});

const flag = (words: string) => described(v.boolean('must be true or false'), words);

const bodyEntries = {
  language: v.optional(choice(['zh', 'en'], 'Of what the service itself writes to the log'), 'zh'),
  queueSeconds: v.optional(seconds('How long it waits as InQueue before it could run'), 0),
  scheduled: v.optional(
    flag('false: no executor is found; the build ends as SCHEDULE_FAILURE after its time in the queue'),
    true,
  ),
  log: v.optional(described(logStyleSchema, 'The form of the log')),
  quiet: v.optional(flag('Writes no log, as some parents of multi-task builds'), false),
  logLagSeconds: v.optional(
    seconds('How long text takes until the log has it, also after the end of the build'),
    0,
  ),
  result: v.optional(
    described(text, 'The result as CodeArts writes it; SUCCESS, or FAILURE when a step fails, when left out'),
  ),
  errorMessage: v.optional(
    described(text, 'The error message of the record of a build that does not succeed'),
  ),
  abort: v.optional(
    described(
      v.strictObject({ afterSeconds: seconds('After the start'), by: text }),
      'Somebody else stops it',
    ),
  ),
  steps: v.array(stepSchema, 'must be a list of steps'),
  artifacts: v.optional(described(artifactsSchema, 'What the build produces, unless it is stopped'), {}),
};

const childSchema = v.strictObject({
  name: described(v.pipe(text, v.nonEmpty('must not be empty')), 'Unique among the children'),
  needs: v.optional(described(v.array(text), 'Names of earlier children that must have succeeded first'), []),
  ...bodyEntries,
});

export const scenarioSchema = v.strictObject({
  /** For editors; the simulator ignores it. */
  $schema: v.optional(text),
  name: described(
    v.pipe(text, v.regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and -')),
    'What the job is called',
  ),
  description: described(v.pipe(text, v.nonEmpty('must not be empty')), 'What happens, in a line'),
  recordAfterSeconds: v.optional(
    seconds('How long the record stays unknown after the start was answered'),
    0,
  ),
  strategy: v.optional(
    choice(
      ['lazy', 'eager'],
      'lazy: a child is triggered after those that it needs; eager: all at once, and each waits on its executor',
    ),
    'eager',
  ),
  children: v.optional(described(v.array(childSchema), 'The children of a multi-task build'), []),
  ...bodyEntries,
});

/** As it is written. */
export type ScenarioSource = v.InferInput<typeof scenarioSchema>;
/** With all defaults. */
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

/** Checks a scenario and adds its defaults. Throws a ScenarioError that lists every mistake and its place. */
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
      // Requiring an earlier child excludes cycles.
      if (!earlier.has(need)) faults.push(`children.${index}.needs: no earlier child is called ${need}`);
    }
    if (earlier.has(child.name)) faults.push(`children.${index}.name: ${child.name} is taken`);
    earlier.add(child.name);
  }
  return faults;
}
