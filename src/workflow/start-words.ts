// What a start that does not go through at once is told as. Pure.

import type { StartEvent } from '../build/start.ts';

/** One line for the log. */
export function startEventMessage(event: StartEvent): string {
  switch (event.kind) {
    case 'none-found':
      return 'No build of that start was found; starting again.';
    case 'searching':
      return `${event.error.message} Looking whether the build was started.`;
    case 'trying-again':
      return `${event.error.message} Trying again.`;
  }
}
