// Decides what a run builds: the inputs commit-id, branch, tag and source, or else the workflow's event. Which commit
// an event is about is decided in event-source.ts. Reference 4.6 (`scm`) for what CodeArts can be asked to build.

import { quote } from '../../text.ts';
import { commitPattern, eventsWithoutSecrets, readPayload, refPattern, type WorkflowEvent } from './event.ts';
import { type ForeignHead, foreignHead, fromEvent, rejectFork } from './event-source.ts';
import { fail, ok, type SourceResult } from './source.ts';

/** The inputs; blank ones count as not given. */
export interface SourceInputs {
  readonly source: 'workflow' | 'job';
  readonly commitId?: string | undefined;
  readonly branch?: string | undefined;
  readonly tag?: string | undefined;
  readonly allowForks: boolean;
}

/** Inputs win over the event. Never throws: an invalid event or payload is a problem. */
export function resolveSource(event: WorkflowEvent, choice: SourceInputs): SourceResult {
  const payload = readPayload(event.payload);
  const named: NamedSource = {
    commitId: presentInput(choice.commitId)?.toLowerCase(),
    branch: presentInput(choice.branch)?.replace(/^refs\/heads\//, ''),
    tag: presentInput(choice.tag)?.replace(/^refs\/tags\//, ''),
  };
  const result = fromInputs(choice.source, named);
  if (result === undefined) return fromEvent(event, payload, choice.allowForks);
  const foreign = foreignHead(event, payload);
  const isRejected = foreign && !choice.allowForks && !eventsWithoutSecrets.has(event.name);
  return isRejected && result.ok && names(named, foreign) ? rejectFork(event, foreign) : result;
}

interface NamedSource {
  readonly commitId: string | undefined;
  readonly branch: string | undefined;
  readonly tag: string | undefined;
}

/** True where the inputs name the fork's own commit or branch, as `github.event.pull_request.head.sha` does. */
function names(
  { commitId, branch, tag }: NamedSource,
  { commits, branch: foreignBranch }: ForeignHead,
): boolean {
  if (commitId !== undefined) return commits.includes(commitId);
  const name = branch ?? tag;
  return name !== undefined && name === foreignBranch;
}

/** Undefined when the inputs leave the choice to the event. */
function fromInputs(source: SourceInputs['source'], named: NamedSource): SourceResult | undefined {
  const { commitId, branch, tag } = named;
  const given = Object.entries({ 'commit-id': commitId, branch, tag }).flatMap(([name, value]) =>
    value === undefined ? [] : name,
  );
  if (source === 'job') {
    if (given.length === 0) return ok({ kind: 'job', why: 'what the build task is configured to build' });
    return badInput(
      `source: "job" builds what the build task is configured to build; remove ${given.join(' and ')}, or set source to "workflow"`,
    );
  }
  if (tag !== undefined && given.length > 1) {
    return badInput(
      `${given.join(' and ')}: a tag already determines the commit; set the tag alone, or no tag`,
    );
  }
  const problem = problemOfCommit(commitId) ?? problemOfName('branch', branch) ?? problemOfName('tag', tag);
  if (problem !== undefined) return badInput(problem);

  if (commitId !== undefined) {
    const why = 'the commit given as commit-id';
    return ok({ kind: 'commit', commitId, ...(branch === undefined ? {} : { branch }), why });
  }
  if (branch !== undefined) return ok({ kind: 'branch', branch, why: 'the branch given as branch' });
  if (tag !== undefined) return ok({ kind: 'tag', tag, why: 'the tag given as tag' });
  return undefined;
}

function badInput(problem: string): SourceResult {
  return fail(problem, 'bad-input');
}

/** An expression that evaluates to nothing is an empty input, which counts as none. */
function presentInput(input: string | undefined): string | undefined {
  return input?.trim() || undefined;
}

function problemOfCommit(value: string | undefined): string | undefined {
  if (value === undefined || commitPattern.test(value)) return undefined;
  return `commit-id: ${quote(value)} is not a full commit ID; expected 40 hexadecimal digits`;
}

function problemOfName(input: 'branch' | 'tag', value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
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
