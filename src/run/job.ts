// Holds what is known of the job, and plans the request that starts it.

import { takesBranch } from '../builds/job.ts';
import type { StartRequest } from '../codearts/api.ts';
import type { JobDefinition } from '../codearts/job-schemas.ts';
import type { Parameter } from '../github/inputs/parameters.ts';
import { branchOf, type Source, startRequest } from '../github/source/source.ts';

/** The request for a start, and what its build is recognised by when the response is lost. */
export interface StartPlan {
  readonly request: StartRequest;
  /**
   * The commit that the build must have; undefined where the job or a branch decides. A tag is compared as a tag: which
   * commit it stands for by now, CodeArts says.
   */
  readonly commitId: string | undefined;
  /** False where the source has a branch that the job does not take. */
  readonly sendsBranch: boolean;
}

/** A job by its id; more where it was found by name or its definition was read. */
export class Job {
  readonly id: string;
  /** Empty while it is not known. */
  readonly name: string;
  readonly definition: JobDefinition | undefined;

  constructor(id: string, name = '', definition?: JobDefinition) {
    this.id = id;
    this.name = name;
    this.definition = definition;
  }

  /** For messages. */
  get title(): string {
    return this.name || this.id;
  }

  /** A job may fix its branch, or choose among a few: a branch that it does not take would keep it from starting. */
  planStart(parameters: readonly Parameter[], source: Source): StartPlan {
    const branch = branchOf(source);
    const sendsBranch = branch === undefined || takesBranch(this.definition, branch);
    return {
      request: startRequest(this.id, parameters, source, sendsBranch),
      commitId: source.kind === 'commit' ? source.commitId : undefined,
      sendsBranch,
    };
  }
}
