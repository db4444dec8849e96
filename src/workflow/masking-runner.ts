// The runner stars in the log alone what is masked. This one remembers it, and stars it in the words for people that
// go elsewhere: the `error` output, the summary, and what it is asked to conceal. Names, ids and addresses stay.

import type { Runner } from './runner.ts';
import { redactForms } from './secrets.ts';

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
