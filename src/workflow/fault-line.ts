// What went wrong that is not the build's own failure, in one line for people. Pure.

import { LostContactError } from '../build/events.ts';
import { UncertainStartError } from '../build/lost-start.ts';
import { ApiError } from '../codearts/errors.ts';

/** False: a fault of the action itself. */
export function isExpectedError(error: unknown): boolean {
  return (
    error instanceof LostContactError || error instanceof ApiError || error instanceof UncertainStartError
  );
}

/** One line for people, whatever was thrown. */
export function errorMessage(error: unknown): string {
  const what = error instanceof Error ? error.message : String(error);
  if (error instanceof LostContactError) return `Lost contact with CodeArts for 10 minutes: ${what}`;
  return isExpectedError(error)
    ? what
    : `The action itself failed: ${what.replace(/\.$/, '')}. Please report this.`;
}
