// Which source a run builds: the inputs commit-id, branch, tag and source decide, else the workflow's event.
// Reads no environment, prints nothing, asks nobody. Which commit an event stands for is told in event-source.ts.
// Reference 4.6 (`scm`) for what CodeArts can be told to build.

import { quote } from '../../text.ts';
import { commitPattern, readPayload, refPattern, type WorkflowEvent } from './event.ts';
import { fromEvent } from './event-source.ts';
import { fail, ok, type SourceResult } from './source.ts';

/** The inputs; blank ones count as not given. */
export interface SourceInputs {
  readonly source: 'workflow' | 'job';
  readonly commitId?: string | undefined;
  readonly branch?: string | undefined;
  readonly tag?: string | undefined;
  readonly allowForks: boolean;
}

/** Inputs win over the event. Never throws: an event or payload that makes no sense ends in a problem. */
export function resolveSource(event: WorkflowEvent, choice: SourceInputs): SourceResult {
  return fromInputs(choice) ?? fromEvent(event, readPayload(event.payload), choice.allowForks);
}

/** Undefined when the inputs leave the choice to the event. */
function fromInputs(choice: SourceInputs): SourceResult | undefined {
  const commitId = presentInput(choice.commitId)?.toLowerCase();
  const branch = presentInput(choice.branch)?.replace(/^refs\/heads\//, '');
  const tag = presentInput(choice.tag)?.replace(/^refs\/tags\//, '');
  const inputs = Object.entries({ 'commit-id': commitId, branch, tag });
  const named = inputs.flatMap(([name, value]) => (value === undefined ? [] : name));

  if (choice.source === 'job') {
    if (named.length === 0) return ok({ kind: 'job', why: 'what the job is configured to build' });
    return fail(
      `source: "job" builds what the job is configured to build; remove ${named.join(' and ')}, or set source to "workflow"`,
    );
  }
  if (tag !== undefined && named.length > 1) {
    return fail(
      `${named.join(' and ')}: a tag already says which commit is built; give the tag alone or no tag`,
    );
  }
  const problem = problemOfCommit(commitId) ?? problemOfName('branch', branch) ?? problemOfName('tag', tag);
  if (problem !== undefined) return fail(problem);

  if (commitId !== undefined) {
    const why = 'the commit given as commit-id';
    return ok({ kind: 'commit', commitId, ...(branch === undefined ? {} : { branch }), why });
  }
  if (branch !== undefined) return ok({ kind: 'branch', branch, why: 'the branch given as branch' });
  if (tag !== undefined) return ok({ kind: 'tag', tag, why: 'the tag given as tag' });
  return undefined;
}

/** An expression that evaluates to nothing gives an empty input: the same as no input. */
function presentInput(input: string | undefined): string | undefined {
  return input?.trim() || undefined;
}

function problemOfCommit(value: string | undefined): string | undefined {
  if (value === undefined || commitPattern.test(value)) return undefined;
  return `commit-id: ${quote(value)} is not a whole commit id; expected 40 hexadecimal digits`;
}

function problemOfName(input: 'branch' | 'tag', value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (commitPattern.test(value)) return `${input}: ${quote(value)} is a commit id; give it as commit-id`;
  if (/^refs\/pull\/|^\d+\/merge$/.test(value)) {
    return `${input}: ${quote(value)} is a ref that GitHub alone has; give the pull request's own branch (github.head_ref) or its commit-id`;
  }
  if (value.startsWith('refs/tags/')) return `${input}: ${quote(value)} is a tag; give it as tag`;
  if (value.startsWith('refs/heads/')) return `${input}: ${quote(value)} is a branch; give it as branch`;
  if (refPattern.test(value)) return undefined;
  return `${input}: ${quote(value)} cannot be the name of a ${input}; expected a name as git has it, such as ${input === 'tag' ? 'v1.4.0' : 'main'}`;
}
