/**
 * What a scenario may say about a build: its steps, its log and when each line comes, how it ends, what it makes.
 * The schema is the documentation of scenario files; README.md shows it in use. Refuses to run anything.
 */
import * as v from 'valibot';

const seconds = v.pipe(v.number('must be a number of seconds'), v.minValue(0, 'must not be negative'));
const text = v.string('must be text');

/** `stamp`: the time and no level, as of a command that the service itself runs; `raw`: the tool's bare words. */
const levelSchema = v.picklist(
  ['INFO', 'WARNING', 'ERROR', 'DEBUG', 'INTERNAL', 'stamp', 'raw'],
  'must be INFO, WARNING, ERROR, DEBUG, INTERNAL, stamp or raw',
);

const lineObjectSchema = v.strictObject({
  /** {{commit}}, {{branch}}, {{number}}, {{daily}}, {{job}}, {{param.NAME}} are filled in. */
  text,
  level: v.optional(levelSchema),
  /** Seconds after the step's start. Without it, lines spread evenly over the step. */
  at: v.optional(seconds),
  /** What closes the line; a bare \r is how a progress bar overwrites itself. */
  end: v.optional(v.picklist(['\n', '\r\n', '\r', ''], 'must be \\n, \\r\\n, \\r or empty')),
});

const fillSchema = v.strictObject({
  /** So many bytes of numbered lines, written steadily over the whole step. */
  fill: v.pipe(v.number('must be a number of bytes'), v.integer(), v.minValue(0)),
});

const lineSchema = v.union(
  [text, lineObjectSchema, fillSchema],
  'must be text, {text, level, at, end} or {fill: bytes}',
);

/** What a step does, without its name: also what a job made through the API may say in `properties.play`. */
export const playSchema = v.strictObject({
  /** The second half of the step's mark in the log: `[name:mark]`. */
  mark: v.optional(text),
  seconds,
  result: v.optional(v.picklist(['success', 'error'], 'must be success or error')),
  /** Written as the step fails. */
  error: v.optional(v.strictObject({ code: text, message: text })),
  /** Runs although an earlier step failed. */
  always: v.optional(v.boolean()),
  lines: v.optional(v.array(lineSchema, 'must be a list of lines')),
});

const stepSchema = v.strictObject({
  name: v.pipe(text, v.nonEmpty('must not be empty')),
  moduleId: v.optional(text),
  ...playSchema.entries,
});

const artifactSchema = v.strictObject({
  name: text,
  version: v.optional(text),
  packageType: v.optional(text),
  uri: text,
  type: v.optional(text),
});

const artifactsSchema = v.strictObject({
  package: v.optional(artifactSchema),
  packages: v.optional(v.record(text, artifactSchema)),
  images: v.optional(v.record(text, artifactSchema)),
});

const bodyEntries = {
  language: v.optional(v.picklist(['zh', 'en'], 'must be zh or en'), 'zh'),
  queueSeconds: v.optional(seconds, 0),
  /** false: no machine is ever found; the build ends as SCHEDULE_FAILURE after its time in the queue. */
  scheduled: v.optional(v.boolean(), true),
  /** Writes no log at all, as some parents of multi-task builds. */
  quiet: v.optional(v.boolean(), false),
  /** How long the text takes from the build to the log's readers, also after the build's end. */
  logLagSeconds: v.optional(seconds, 0),
  /** CodeArts' word for the end. Left out: SUCCESS, or FAILURE where a step failed. */
  result: v.optional(text),
  errorMessage: v.optional(text),
  /** Somebody else stops it. */
  abort: v.optional(v.strictObject({ afterSeconds: seconds, by: text })),
  steps: v.array(stepSchema, 'must be a list of steps'),
  artifacts: v.optional(artifactsSchema, {}),
};

const childSchema = v.strictObject({
  name: v.pipe(text, v.nonEmpty('must not be empty')),
  /** Names of the children that must have succeeded first. */
  needs: v.optional(v.array(text), []),
  ...bodyEntries,
});

export const scenarioSchema = v.strictObject({
  name: v.pipe(text, v.regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and -')),
  description: v.pipe(text, v.nonEmpty('must not be empty')),
  /** How long the record stays unknown after the start was answered. */
  recordAfterSeconds: v.optional(seconds, 0),
  /** Children of a multi-task build. lazy: a child is triggered after those it needs; eager: all at once, then it waits. */
  strategy: v.optional(v.picklist(['lazy', 'eager'], 'must be lazy or eager'), 'eager'),
  children: v.optional(v.array(childSchema), []),
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
export type LineLevel = v.InferOutput<typeof levelSchema>;
export type Artifact = v.InferOutput<typeof artifactSchema>;
export type Artifacts = v.InferOutput<typeof artifactsSchema>;

export class ScenarioError extends Error {
  constructor(where: string, faults: readonly string[]) {
    super(`${where} is no scenario:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
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
