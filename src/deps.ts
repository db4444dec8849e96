// Declares the dependencies of a run, injected so that tests can replace them, and the exit code.

import type { Clock, Random } from './clock.ts';
import type { CodeArtsBuildClient } from './codearts/client.ts';
import type { CallContext } from './codearts/retry.ts';
import type { Console } from './github/console.ts';
import type { Inputs } from './github/inputs/inputs.ts';
import type { MaskingRunner, Runner } from './github/runner.ts';
import type { MissingSecretsReason } from './github/source/event.ts';
import type { Http } from './huaweicloud/http.ts';

/** What an entry gets from the process. */
export interface RuntimeDeps {
  readonly runner: Runner;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
  readonly writeFile: (path: string, text: string) => void;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  /** A text that nobody can guess. */
  readonly randomToken: () => string;
  /** Aborts when the workflow is cancelled. */
  readonly cancelled: AbortSignal;
}

/** The dependencies of a run: those of the entry, with a runner that knows the step's secrets. */
export interface Deps extends RuntimeDeps {
  readonly runner: MaskingRunner;
}

/** The dependencies of a run, and what signing in needs besides. */
export interface ClientDeps extends Deps {
  /** Why the workflow's secrets are empty, where the event says so. */
  readonly missingSecrets?: MissingSecretsReason | undefined;
  /** Has the runner mask a secret that comes up later, whatever is being printed then. */
  readonly addMask: (secret: string) => void;
}

/** What a run works with from its first request on. */
export interface RunSetup {
  /** Clock, randomness and the cancel signal are in `calls`. */
  readonly deps: Omit<Deps, 'clock' | 'random' | 'cancelled'>;
  readonly inputs: Inputs;
  readonly console: Console;
  readonly client: CodeArtsBuildClient;
  readonly calls: CallContext;
}

/** 0: the step is green; 1: it is red. */
export type ExitCode = 0 | 1;
