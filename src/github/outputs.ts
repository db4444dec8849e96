// Sets the step's outputs. Each is set as soon as it is known, so that a cancelled or failed step still has it.

import type { BuildArtifact } from '../builds/artifacts.ts';
import { type ChildState, secondsOf } from '../builds/children/child.ts';
import type { Outcome, Result } from '../builds/outcome.ts';
import type { BuildStep } from '../codearts/step-schemas.ts';
import { singleLine } from '../text.ts';
import { type BuildReport, statusOf } from './report/build-report.ts';
import { errorLine, failedStep } from './report/messages.ts';
import type { Runner } from './runner.ts';

export interface Identity {
  readonly jobId: string;
  readonly buildNumber: number;
  readonly dailyBuildNumber: string;
  /** True for a successful build that is reused. */
  readonly reused?: boolean;
}

/** Sets the outputs by which later steps find the build, right after its start. */
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

/** Sets the output for the saved log. @param path absolute; empty: the log is not saved after all */
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

/** Sets the outputs that the build's record gives. */
export function setRecord(runner: Runner, facts: RecordFacts): void {
  runner.setOutput('record-id', facts.recordId);
  if (facts.dailyBuildNumber !== '') runner.setOutput('daily-build-number', facts.dailyBuildNumber);
  runner.setOutput('commit-id', facts.commitId);
  runner.setOutput('build-url', facts.buildUrl);
  runner.setOutput('status', facts.status);
}

/** Sets the outputs that report how the build ended. */
export function setResultOutputs(runner: Runner, report: BuildReport): void {
  const { result, finding, outcome } = report;
  runner.setOutput('result', result);
  runner.setOutput('status', statusOf(report));
  runner.setOutput('duration', outcome.seconds === undefined ? '' : String(outcome.seconds));
  runner.setOutput('failed-step', failedStep(finding));
  runner.setOutput('error', errorLine(report));
}

/** Sets the outputs of a step that ends without a build. @param error one line */
export function setFailureOutputs(runner: Runner, result: 'cancelled' | '', error: string): void {
  for (const name of ['status', 'duration', 'failed-step']) runner.setOutput(name, '');
  runner.setOutput('result', result);
  runner.setOutput('error', error);
}

/** The outputs' limits in UTF-16 units. GitHub accepts 1 MB of a job's outputs in all, counted in UTF-16. */
const limits = { artifacts: 170_000, uris: 100_000, images: 50_000, children: 100_000, steps: 40_000 };

/** The parts of a build's outcome that outputs list. */
export type BuildLists = Pick<Outcome, 'artifacts' | 'children' | 'steps'>;

export interface ArtifactsFile {
  /** Empty: there is no place for it. */
  readonly path: string;
  readonly write: (path: string, text: string) => void;
}

/** Sets the outputs and writes the file. @returns warnings, each in one line */
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
  set('artifacts', artifacts.map(artifactJson), limits.artifacts, json);
  set('artifact-uris', uris, limits.uris, lines);
  set('images', [...new Set(images)], limits.images, lines);
  set('children', childrenJson(children), limits.children, json);
  set('steps', steps.map(stepJson), limits.steps, json);

  const fileProblem = writeFile(runner, artifacts, file);
  const warnings = fileProblem === undefined ? [] : [fileProblem];
  if (cut.length > 0) {
    const isComplete = file.path !== '' && fileProblem === undefined;
    const where = isComplete ? ' All artifacts are in the file that the output artifacts-file names.' : '';
    warnings.push(
      `GitHub accepts at most 1 MB of outputs, so these were cut at whole entries: ${cut.join(', ')}.${where}`,
    );
  }
  return warnings;
}

/** Sets the output for it. @returns why the file could not be written */
function writeFile(
  runner: Runner,
  artifacts: readonly BuildArtifact[],
  { path, write }: ArtifactsFile,
): string | undefined {
  try {
    if (path !== '') write(path, `[${artifacts.map((one) => `\n  ${artifactJson(one)}`).join(',')}\n]\n`);
  } catch (error) {
    runner.setOutput('artifacts-file', '');
    const why = error instanceof Error ? error.message : String(error);
    return `The list of artifacts could not be written to ${path}: ${why}`;
  }
  runner.setOutput('artifacts-file', path);
  return undefined;
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

function artifactJson({ kind, name, version, type, uri, child, file }: BuildArtifact): string {
  const { downloadUrl = '', size, sha256 = '', md5 = '' } = file ?? {};
  return JSON.stringify({
    kind,
    name,
    version,
    type,
    uri,
    ...(child === undefined ? {} : { child }),
    ...(downloadUrl === '' ? {} : { 'download-url': downloadUrl }),
    ...(size === undefined ? {} : { size }),
    ...(sha256 === '' ? {} : { sha256 }),
    ...(md5 === '' ? {} : { md5 }),
  });
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
