// Sets the step's outputs. Each is set as soon as it is known, so that a cancelled or failed step still has it.

import type { BuildArtifact } from '../builds/artifacts.ts';
import { secondsOf } from '../builds/children/child.ts';
import type { Outcome, Result } from '../builds/outcome.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import type { BuildStep } from '../codearts/step-schemas.ts';
import { messageOf, singleLine } from '../text.ts';
import { type BuildReport, errorLine, failedStep, statusOf } from './report/build-report.ts';
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

/** Sets the outputs that the build's record gives. */
export function setRecord(
  runner: Runner,
  { recordId, dailyBuildNumber, status }: Pick<BuildRecord, 'recordId' | 'dailyBuildNumber' | 'status'>,
  { commitId, buildUrl }: { readonly commitId: string; readonly buildUrl: string },
): void {
  runner.setOutput('record-id', recordId);
  if (dailyBuildNumber !== '') runner.setOutput('daily-build-number', dailyBuildNumber);
  runner.setOutput('commit-id', commitId);
  runner.setOutput('build-url', buildUrl);
  runner.setOutput('status', status);
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
const limits = {
  artifacts: 170_000,
  'artifact-uris': 100_000,
  images: 50_000,
  children: 100_000,
  steps: 40_000,
};

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
  const set = (name: keyof typeof limits, entries: readonly string[], toText: typeof jsonList) => {
    const count = countFitting(entries, limits[name]);
    runner.setOutput(name, toText(entries.slice(0, count)));
    if (count < entries.length) cut.push(`${name} (${count} of ${entries.length})`);
  };
  set('artifacts', artifacts.map(artifactJson), jsonList);
  set('artifact-uris', uris, lines);
  set('images', [...new Set(images)], lines);
  set('children', childrenJson(children), jsonList);
  set('steps', steps.map(stepJson), jsonList);

  const fileProblem = writeFile(artifacts, file);
  const isWritten = file.path !== '' && fileProblem === undefined;
  runner.setOutput('artifacts-file', isWritten ? file.path : '');
  const warnings = fileProblem === undefined ? [] : [fileProblem];
  if (cut.length > 0) {
    const where = isWritten ? ' All artifacts are in the file that the output artifacts-file names.' : '';
    warnings.push(
      `GitHub accepts at most 1 MB of outputs, so these were cut at whole entries: ${cut.join(', ')}.${where}`,
    );
  }
  return warnings;
}

/** @returns why the file could not be written */
function writeFile(artifacts: readonly BuildArtifact[], { path, write }: ArtifactsFile): string | undefined {
  if (path === '') return undefined;
  try {
    write(path, `[${artifacts.map((one) => `\n  ${artifactJson(one)}`).join(',')}\n]\n`);
    return undefined;
  } catch (error) {
    const why = messageOf(error);
    return `The list of artifacts could not be written to ${path}: ${why}`;
  }
}

const jsonList = (entries: readonly string[]) => `[${entries.join(',')}]`;
const lines = (entries: readonly string[]) => entries.join('\n');

/** Counts the entries that fit, from the first on, with what stands between and around them. */
function countFitting(entries: readonly string[], limit: number): number {
  let length = '[]'.length;
  let count = 0;
  for (const entry of entries) {
    length += entry.length + 1;
    if (length > limit) break;
    count += 1;
  }
  return count;
}

function artifactJson({ kind, name, version, type, uri, child, file }: BuildArtifact): string {
  const { downloadUrl = '', size, sha256 = '', md5 = '' } = file ?? {};
  // JSON leaves out what is undefined.
  const where = { 'download-url': downloadUrl || undefined, size };
  const checksums = { sha256: sha256 || undefined, md5: md5 || undefined };
  return JSON.stringify({ kind, name, version, type, uri, child, ...where, ...checksums });
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
      'build-number': child.buildNumber || null,
      result: child.state,
      seconds: secondsOf(child) ?? null,
      'depends-on': child.needs.flatMap((need) => names.get(need) ?? []),
      'failed-step': child.failedStep || undefined,
    }),
  );
}
