// The event that the workflow runs for, as the runner's environment tells it. Reads the payload file; judges nothing.

/** From GITHUB_EVENT_NAME, the parsed GITHUB_EVENT_PATH, GITHUB_SHA, GITHUB_REF and GITHUB_REPOSITORY. */
export interface WorkflowEvent {
  readonly name: string;
  readonly payload: unknown;
  readonly sha: string;
  readonly ref: string;
  readonly repository: string;
}

/** @param readFile reads the payload that GITHUB_EVENT_PATH names; a missing or broken one is an empty payload */
export function readEvent(
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): WorkflowEvent {
  return {
    name: env['GITHUB_EVENT_NAME'] ?? '',
    payload: payloadAt(env['GITHUB_EVENT_PATH'], readFile),
    sha: env['GITHUB_SHA'] ?? '',
    ref: env['GITHUB_REF'] ?? '',
    repository: env['GITHUB_REPOSITORY'] ?? '',
  };
}

function payloadAt(path: string | undefined, readFile: (path: string) => string): unknown {
  if (!path) return {};
  try {
    return JSON.parse(readFile(path));
  } catch {
    return {};
  }
}
