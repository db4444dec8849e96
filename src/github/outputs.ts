// The step's outputs: their names, and how what is known of a build becomes their text. Each is set as soon as it
// is known, so that a cancelled or failed step still has it. Decides nothing about the build.

import { type Child, type ChildState, secondsOf } from '../builds/children/child.ts';
import type { BuildArtifact, Outcome, Result } from '../builds/outcome.ts';
import type { BuildStep } from '../codearts/build-schemas.ts';
import { singleLine } from '../text.ts';
import type { Runner } from './runner.ts';

export interface Identity {
  readonly jobId: string;
  readonly buildNumber: number;
  readonly dailyBuildNumber: string;
  /** True for a successful build that is taken instead of a new one. */
  readonly reused?: boolean;
}

/** Right after the start: enough for later steps to find the build, whatever happens to this one. */
export function setIdentity(
  runner: Runner,
  { jobId, buildNumber, dailyBuildNumber, reused }: Identity,
): void {
  runner.setOutput('job-id', jobId);
  runner.setOutput('build-number', String(buildNumber));
  runner.setOutput('daily-build-number', dailyBuildNumber);
  runner.setOutput('reused', String(reused ?? false));
  runner.setOutput('result', 'running' satisfies Result);
}

/** As soon as the file is there. @param path absolute; empty: the log is not saved after all */
export function setLogFile(runner: Runner, path: string): void {
  runner.setOutput('log-file', path);
}

export interface RecordFacts {
  readonly recordId: string;
  readonly dailyBuildNumber: string;
  readonly commitId: string;
  readonly buildUrl: string;
  /** CodeArts' own word. */
  readonly status: string;
}

/** With the build's record at hand. */
export function setRecord(runner: Runner, facts: RecordFacts): void {
  runner.setOutput('record-id', facts.recordId);
  if (facts.dailyBuildNumber !== '') runner.setOutput('daily-build-number', facts.dailyBuildNumber);
  runner.setOutput('commit-id', facts.commitId);
  runner.setOutput('build-url', facts.buildUrl);
  runner.setOutput('status', facts.status);
}

export interface ResultOutputs {
  /** Empty when it is not known that there was a build. */
  readonly result: Result | '';
  /** CodeArts' own word; empty while there is none. */
  readonly status: string;
  /** One line; empty when nothing went wrong. */
  readonly error: string;
  readonly failedStep: string;
  readonly outcome: Outcome | undefined;
}

/** When the step is about to end. What it made is handed on by handoff.ts. */
export function setResultOutputs(runner: Runner, end: ResultOutputs): void {
  runner.setOutput('result', end.result);
  runner.setOutput('status', end.status);
  runner.setOutput('duration', end.outcome?.seconds === undefined ? '' : String(end.outcome.seconds));
  runner.setOutput('failed-step', end.failedStep);
  runner.setOutput('error', end.error);
}

/** The outputs' limits in UTF-16 units. GitHub takes 1 MB of a job's outputs in all, counted in UTF-16. */
const most = { artifacts: 170_000, uris: 100_000, images: 50_000, children: 100_000, steps: 40_000 };

export interface BuildLists {
  readonly artifacts: readonly BuildArtifact[];
  /** Of a multi-task build; `failedStep` where it is known. */
  readonly children: readonly (Child & { readonly failedStep?: string })[];
  readonly steps: readonly BuildStep[];
}

/** Before the build has made anything. */
export const emptyLists: BuildLists = { artifacts: [], children: [], steps: [] };

export interface ArtifactsFile {
  /** Empty: there is no place for it. */
  readonly path: string;
  readonly write: (path: string, text: string) => void;
}

/** Sets the outputs and writes the file. Returns what a person should know, each in one line. */
export function setListOutputs(
  runner: Runner,
  { artifacts, children, steps }: BuildLists,
  file: ArtifactsFile,
): string[] {
  const uris = artifacts.map(({ uri }) => singleLine(uri)).filter((uri) => uri !== '');
  const images = artifacts
    .filter(({ kind }) => kind === 'image')
    .map(({ name, version, uri }) => singleLine(uri || (version === '' ? name : `${name}:${version}`)));
  const cut: string[] = [];
  const set = (name: string, entries: readonly string[], limit: number, form: Form) => {
    const { text, count } = fitEntries(entries, limit, form);
    runner.setOutput(name, text);
    if (count < entries.length) cut.push(`${name} (${count} of ${entries.length})`);
  };
  set('artifacts', artifacts.map(artifactJson), most.artifacts, json);
  set('artifact-uris', uris, most.uris, lines);
  set('images', [...new Set(images)], most.images, lines);
  set('children', childrenJson(children), most.children, json);
  set('steps', steps.map(stepJson), most.steps, json);

  const written = writeFile(runner, artifacts, file);
  if (cut.length > 0) {
    const where = written.written
      ? ' All artifacts are in the file that the output artifacts-file names.'
      : '';
    written.notes.push(
      `GitHub takes no more than 1 MB of outputs, so these are cut at whole entries: ${cut.join(', ')}.${where}`,
    );
  }
  return written.notes;
}

function writeFile(
  runner: Runner,
  artifacts: readonly BuildArtifact[],
  { path, write }: ArtifactsFile,
): { written: boolean; notes: string[] } {
  if (path === '') {
    runner.setOutput('artifacts-file', '');
    return { written: false, notes: [] };
  }
  try {
    write(path, `[${artifacts.map((one) => `\n  ${artifactJson(one)}`).join(',')}\n]\n`);
  } catch (error) {
    runner.setOutput('artifacts-file', '');
    const why = error instanceof Error ? error.message : String(error);
    return { written: false, notes: [`The list of artifacts could not be written to ${path}: ${why}`] };
  }
  runner.setOutput('artifacts-file', path);
  return { written: true, notes: [] };
}

interface Form {
  readonly open: string;
  readonly between: string;
  readonly close: string;
}
const json: Form = { open: '[', between: ',', close: ']' };
const lines: Form = { open: '', between: '\n', close: '' };

/** As many entries as fit, from the first on. */
function fitEntries(entries: readonly string[], limit: number, form: Form): { text: string; count: number } {
  let length = form.open.length + form.close.length;
  let count = 0;
  for (const entry of entries) {
    length += entry.length + form.between.length;
    if (length > limit) break;
    count += 1;
  }
  return { text: form.open + entries.slice(0, count).join(form.between) + form.close, count };
}

function artifactJson({ kind, name, version, type, uri, child }: BuildArtifact): string {
  return JSON.stringify({ kind, name, version, type, uri, ...(child === undefined ? {} : { child }) });
}

function stepJson({ name, status, durationMs }: BuildStep): string {
  return JSON.stringify({ name, status, seconds: Math.round(durationMs / 1000) });
}

function childrenJson(children: BuildLists['children']): string[] {
  const names = new Map(children.map(({ recordId, name }) => [recordId, name]));
  return children.map((child) =>
    JSON.stringify({
      name: child.name,
      'record-id': child.recordId,
      'build-number': child.buildNumber === 0 ? null : child.buildNumber,
      result: child.state satisfies ChildState,
      seconds: secondsOf(child) ?? null,
      'depends-on': child.needs.flatMap((need) => names.get(need) ?? []),
      ...(child.failedStep ? { 'failed-step': child.failedStep } : {}),
    }),
  );
}
