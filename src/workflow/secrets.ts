// Masks: tells the runner every form in which a secret could appear, before the secret is first used.

import type { Runner } from './runner.ts';

/** Shorter texts are common words and numbers: starring them would make the log unreadable and hide nothing. */
const shortestSecret = 6;

/** Masks each secret as it is, URL-encoded, in base64 and as in JSON; of a secret of several lines each line too. */
export function maskSecrets(runner: Pick<Runner, 'mask'>, secrets: readonly string[]): void {
  const forms = new Set(secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]).flatMap(formsOf));
  for (const form of forms) {
    if (form.length >= shortestSecret) runner.mask(form);
  }
}

function formsOf(secret: string): string[] {
  if (secret.length < shortestSecret) return [];
  return [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    JSON.stringify(secret).slice(1, -1),
  ];
}
