// Decides what a run builds: the inputs commit-id, branch, tag and source, or else the workflow's event. Refuses commits
// of forks where the event has the repository's secrets.
// Reference 4.6 (`scm`) for what CodeArts can be asked to build.

import { quote } from '../../text.ts';
import { commitPattern, eventsWithoutSecrets, refPattern, type WorkflowEvent } from './event.ts';
import { type ForeignHead, short, sourceOfEvent } from './event-source.ts';
import { fail, type NoSource, ok, type SourceResult } from './source.ts';

/** The inputs; empty where not given. */
export interface SourceInputs {
  readonly source: 'workflow' | 'job';
  readonly commitId: string;
  readonly branch: string;
  readonly tag: string;
  readonly allowForks: boolean;
}

/** Inputs win over the event. Never throws: an invalid event or payload is a problem. */
export function resolveSource(event: WorkflowEvent, inputs: SourceInputs): SourceResult {
  const named: NamedSource = {
    commitId: inputs.commitId.toLowerCase(),
    branch: inputs.branch.replace(/^refs\/heads\//, ''),
    tag: inputs.tag.replace(/^refs\/tags\//, ''),
  };
  const fromEvent = sourceOfEvent(event);
  const foreign = fromEvent.ok ? fromEvent.foreign : undefined;
  const isRejected = foreign && !inputs.allowForks && !eventsWithoutSecrets.has(event.name);
  const result = fromInputs(inputs.source, named);
  if (result === undefined) {
    if (!fromEvent.ok || !foreign) return fromEvent;
    if (isRejected) return rejectFork(event, foreign);
    return ok(fromEvent.source, foreignNotice(foreign), ...fromEvent.notices);
  }
  return isRejected && result.ok && names(named, foreign) ? rejectFork(event, foreign) : result;
}

/** Why the commit is not built, although it could be. */
function rejectFork(event: WorkflowEvent, { what, reason, commits }: ForeignHead): NoSource {
  return fail(
    `${event.name}: ${what} ${reason}: building ${short(commits[0])} runs other people's code with the permissions of the build task, and this event has access to the repository's secrets; set allow-forks: true to build it anyway, or commit-id to a commit you trust`,
  );
}

function foreignNotice({ what, reason, commits }: ForeignHead): string {
  return `${what} ${reason}: CodeArts builds from the repository that the build task is configured with, so ${short(commits[0])} is built only if that repository has it`;
}

type NamedSource = Pick<SourceInputs, 'commitId' | 'branch' | 'tag'>;

/** True where the inputs name the fork's own commit or branch, as `github.event.pull_request.head.sha` does. */
function names({ commitId, branch, tag }: NamedSource, foreign: ForeignHead): boolean {
  return commitId === '' ? (branch || tag) === foreign.branch : foreign.commits.includes(commitId);
}

/** Undefined when the inputs leave the choice to the event. */
function fromInputs(source: SourceInputs['source'], named: NamedSource): SourceResult | undefined {
  const { commitId, branch, tag } = named;
  const given = Object.entries({ 'commit-id': commitId, branch, tag }).flatMap(([name, value]) =>
    value === '' ? [] : name,
  );
  if (source === 'job') {
    if (given.length === 0) return ok({ kind: 'job', why: 'what the build task is configured to build' });
    return badInput(
      `source: "job" builds what the build task is configured to build; remove ${given.join(' and ')}, or set source to "workflow"`,
    );
  }
  if (tag !== '' && given.length > 1) {
    return badInput(
      `${given.join(' and ')}: a tag already determines the commit; set the tag alone, or no tag`,
    );
  }
  const problem = problemOfCommit(commitId) ?? problemOfName('branch', branch) ?? problemOfName('tag', tag);
  if (problem !== undefined) return badInput(problem);

  if (commitId !== '') {
    const why = 'the commit given as commit-id';
    return ok({ kind: 'commit', commitId, ...(branch === '' ? {} : { branch }), why });
  }
  if (branch !== '') return ok({ kind: 'branch', branch, why: 'the branch given as branch' });
  if (tag !== '') return ok({ kind: 'tag', tag, why: 'the tag given as tag' });
  return undefined;
}

function badInput(problem: string): NoSource {
  return fail(problem, 'bad-input');
}

function problemOfCommit(value: string): string | undefined {
  if (value === '' || commitPattern.test(value)) return undefined;
  return `commit-id: ${quote(value)} is not a full commit ID; expected 40 hexadecimal digits`;
}

function problemOfName(input: 'branch' | 'tag', value: string): string | undefined {
  if (value === '') return undefined;
  if (commitPattern.test(value)) return `${input}: ${quote(value)} is a commit ID; give it as commit-id`;
  // Git looks a name up below refs/ as well.
  if (/^(?:refs\/)?pull\/|^\d+\/merge$/.test(value)) {
    return `${input}: ${quote(value)} is a ref that exists only on GitHub; give the pull request's own branch (github.head_ref) or its commit-id`;
  }
  if (value.startsWith('refs/tags/')) return `${input}: ${quote(value)} is a tag; give it as tag`;
  if (value.startsWith('refs/heads/')) return `${input}: ${quote(value)} is a branch; give it as branch`;
  if (refPattern.test(value)) return undefined;
  return `${input}: ${quote(value)} is not a valid ${input} name; expected one such as ${input === 'tag' ? 'v1.4.0' : 'main'}`;
}
