// The job of a run, as far as it is known, and what a start of it asks for. Asks nobody.

import { takesBranch } from '../build/definition.ts';
import type { StartRequest } from '../codearts/client.ts';
import type { JobDefinition } from '../codearts/job-answers.ts';
import type { Parameter } from '../workflow/parameters.ts';
import type { Source } from '../workflow/source.ts';
import { branchOf, startRequest } from '../workflow/start-request.ts';

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

  /** For people. */
  get title(): string {
    return this.name || this.id;
  }

  request(parameters: readonly Parameter[], source: Source): StartRequest {
    return startRequest(this.id, parameters, source, this.tellsBranch(source));
  }

  /** A job may fix its branch, or choose among a few: a branch that it does not take would keep it from starting. */
  tellsBranch(source: Source): boolean {
    const branch = branchOf(source);
    return branch === undefined || takesBranch(this.definition, branch);
  }
}
