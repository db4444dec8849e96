// Masks: tells the runner every form in which a secret could appear, before the secret is first used.

import type { Runner } from './runner.ts';

/** Shorter texts stand in many words and numbers: starring them would make the log unreadable and hide nothing. */
export const shortestSecret = 4;

/** Masks each secret as it is, URL-encoded, in base64 and as in JSON; of a secret of several lines each line too. */
export function maskSecrets(runner: Pick<Runner, 'mask'>, secrets: readonly string[]): void {
  for (const form of allForms(secrets)) runner.mask(form);
}

/** Stars the secrets in a text of ours, for places that the runner does not star, such as files. */
export function concealing(secrets: readonly string[]): (text: string) => string {
  const forms = allForms(secrets);
  return (text) => forms.reduce((done, form) => done.replaceAll(form, '***'), text);
}

/** The longest first, as one may hold another. */
function allForms(secrets: readonly string[]): string[] {
  const forms = new Set(secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]).flatMap(formsOf));
  return [...forms].filter(({ length }) => length >= shortestSecret).sort((a, b) => b.length - a.length);
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

/**
 * The runner stars in the log alone what is masked. This one remembers it, and stars it in the words for people that
 * go elsewhere: the `error` output, the summary, and what it is asked to conceal. Names, ids and addresses stay.
 */
export function discreet(runner: Runner): Runner {
  const masked = new Set<string>();
  const conceal = (text: string) => {
    const longestFirst = [...masked].sort((a, b) => b.length - a.length);
    return longestFirst.reduce((done, secret) => done.replaceAll(secret, '***'), text);
  };
  return {
    debugging: runner.debugging,
    input: (name) => runner.input(name),
    exactInput: (name) => runner.exactInput(name),
    state: (name) => runner.state(name),
    saveState: (name, value) => runner.saveState(name, value),
    setOutput: (name, value) => runner.setOutput(name, name === 'error' ? conceal(value) : value),
    mask(secret) {
      masked.add(secret);
      runner.mask(secret);
    },
    conceal,
    write: (text) => runner.write(text),
    notice: (message, where) => runner.notice(message, where),
    warning: (message, where) => runner.warning(message, where),
    error: (message, where) => runner.error(message, where),
    summary: (markdown) => runner.summary(conceal(markdown)),
    debug: (message) => runner.debug(message),
  };
}
