// Checks whether a child's build number belongs to its parent's job. The reference does not say; if it were another
// job's number, its live log would be another build's. So one child's record is read once and compared.

import type { BuildId, CodeArtsBuildClient } from '../../codearts/api.ts';
import { ApiError, isTransient } from '../../codearts/errors.ts';
import type { Child } from './child.ts';

/** What the children's build numbers are worth; one verdict for all children of a build. */
export class ChildBuildNumbers {
  readonly #client: CodeArtsBuildClient;
  readonly #jobId: string;
  /** Undefined until one child's record was read. */
  validity: 'good' | 'bad' | undefined;

  constructor(client: CodeArtsBuildClient, jobId: string) {
    this.#client = client;
    this.#jobId = jobId;
  }

  /** The child as a build of its parent's job; undefined when that can't be relied on. */
  buildOf(child: Child): BuildId | undefined {
    if (this.validity !== 'good' || child.buildNumber === 0) return undefined;
    return { jobId: this.#jobId, buildNumber: child.buildNumber };
  }

  /** Reads the child's record where it is not known yet what numbers are worth. @throws ApiError that may pass */
  async check(child: Child, signal: AbortSignal): Promise<void> {
    if (this.validity !== undefined || child.buildNumber === 0) return;
    try {
      const build = { jobId: this.#jobId, buildNumber: child.buildNumber };
      const { recordId } = await this.#client.record(build, signal);
      this.validity = recordId === child.recordId ? 'good' : 'bad';
    } catch (error) {
      if (!(error instanceof ApiError) || isTransient(error.failure)) throw error;
      this.validity = 'bad';
    }
  }
}
