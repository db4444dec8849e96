// The forms in which a secret could appear: told to the runner before the secret is first used, and starred in texts
// that the runner does not see to.

import type { Runner } from './runner.ts';

/** Shorter texts stand in many words and numbers: starring them would make the log unreadable and hide nothing. */
export const shortestSecret = 4;

/** Masks each secret as it is, URL-encoded, in base64 and as in JSON; of a secret of several lines each line too. */
export function maskSecrets(runner: Pick<Runner, 'mask'>, secrets: readonly string[]): void {
  for (const form of allForms(secrets)) runner.mask(form);
}

/** Stars the secrets in a text of ours, for places that the runner does not star, such as files. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = allForms(secrets);
  return (text) => redactForms(text, forms);
}

/** The text with every one of these forms starred, the longest first, as one may hold another. */
export function redactForms(text: string, forms: readonly string[]): string {
  const longestFirst = forms.toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((done, form) => done.replaceAll(form, '***'), text);
}

function allForms(secrets: readonly string[]): string[] {
  const forms = new Set(secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]).flatMap(formsOf));
  return [...forms].filter(({ length }) => length >= shortestSecret);
}

function formsOf(secret: string): string[] {
  if (secret.length < shortestSecret) return [];
  return [
    secret,
    // Half a surrogate pair has no such form.
    encodeURIComponent(secret.toWellFormed()),
    Buffer.from(secret).toString('base64'),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** A runner that remembers what it is asked to mask. */
export function maskingRunner(runner: Runner): Runner {
  const masked = new Set<string>();
  const conceal = (text: string) => redactForms(text, [...masked]);
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
    redact: conceal,
    write: (text) => runner.write(text),
    notice: (message, where) => runner.notice(message, where),
    warning: (message, where) => runner.warning(message, where),
    error: (message, where) => runner.error(message, where),
    summary: (markdown) => runner.summary(conceal(markdown)),
    debug: (message) => runner.debug(message),
  };
}
