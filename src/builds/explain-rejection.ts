// Finds out, with one more call, why CodeArts rejected a start: the build task is disabled, or the caller's role may not
// execute it.

import { budgets } from '../budgets.ts';
import type { Clock } from '../clock.ts';
import type { CodeArtsBuildClient } from '../codearts/api.ts';
import { type ApiError, isTransient, isUnknownBuild } from '../codearts/errors.ts';
import type { ProjectRole } from '../codearts/job-schemas.ts';
import { tryWithin } from '../codearts/retry.ts';
import { toSingleLine } from '../text.ts';

export interface ExplainOptions {
  readonly client: CodeArtsBuildClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly jobId: string;
  /** Undefined where the job was given by its id. */
  readonly projectId: string | undefined;
}

/** Best effort: returns the error itself where nothing more is found. @throws the signal's reason */
export async function explainRejection(error: ApiError, options: ExplainOptions): Promise<ApiError> {
  const { client, clock, signal, jobId, projectId } = options;
  const { failure } = error;
  if (failure.kind !== 'rejected' || failure.status === 401 || isTransient(failure)) return error;
  if (isUnknownBuild(failure) && failure.status !== 403) return error;
  if (failure.status === 403 && projectId !== undefined) {
    const role = await tryWithin(clock, budgets.explain, (late) =>
      client.role(projectId, AbortSignal.any([signal, late])),
    );
    return role && !role.mayExecute ? error.withRemedy(roleRemedy(role)) : error;
  }
  const reason = await tryWithin(clock, budgets.explain, (late) =>
    client.disabledReason(jobId, AbortSignal.any([signal, late])),
  );
  if (reason === undefined) return error;
  return error.withRemedy(
    `The build task is disabled${reason === '' ? '' : ` (${toSingleLine(reason)})`}: enable it in CodeArts Build first.`,
    true,
  );
}

function roleRemedy({ name }: ProjectRole): string {
  const role = name === '' ? 'The role of the user' : `The user's role (${name})`;
  return `${role} in the CodeArts project may not execute build tasks: by default a project manager, developer, system engineer or committer may.`;
}
