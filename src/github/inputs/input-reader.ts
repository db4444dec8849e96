// Reads single inputs: texts, numbers, booleans, choices, addresses. A value that is not what it should be becomes a
// problem in one line. Quotes no value that is longer than 80 characters, and no user name or password of an address.

import { isConfidentialUrl } from '../../huaweicloud/regions.ts';
import { quote } from '../../text.ts';

/** Where inputs come from: the step's `with`, and the environment for what it leaves out. */
export interface InputSource {
  /** Trimmed; empty when not given. */
  input(name: string): string;
  /** As given, not trimmed. */
  exactInput(name: string): string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Each method takes an input's name, and adds a problem where its value is not valid. */
export class InputReader {
  readonly problems: string[] = [];
  readonly #source: InputSource;

  constructor(source: InputSource) {
    this.#source = source;
  }

  /** @param fault what is wrong and what was expected, without a full stop */
  addError(name: string, fault: string): void {
    this.problems.push(`${name}: ${fault}.`);
  }

  /** Adds a problem for each of these inputs that is given. @returns whether any is */
  rejectGiven(names: readonly string[], fault: string): boolean {
    const given = names.filter((name) => this.raw(name) !== '');
    for (const name of given) this.addError(name, fault);
    return given.length > 0;
  }

  /** As it was given; empty when it was not. */
  raw(name: string): string {
    return this.#source.input(name);
  }

  /** A secret or part of one: without blanks inside, and never echoed. */
  secret(name: string, expected: string): string {
    const value = this.raw(name);
    if (/\s/.test(value)) this.addError(name, `has blanks inside; expected ${expected}`);
    // Such as a zero-width space that came along when it was copied: no header can hold it.
    else if (/[^\x21-\x7e]/.test(value)) {
      this.addError(name, `has an invalid character, perhaps an invisible one; expected ${expected}`);
    }
    return value;
  }

  /** A variable of the environment, trimmed; empty when it is not set. */
  env(name: string): string {
    return this.#source.env[name]?.trim() ?? '';
  }

  /**
   * The input, else the variable of the environment that it defaults to. `shown` is the value as messages quote it,
   * with the variable's name where it comes from there.
   */
  #given(name: string, variable: string | undefined): { readonly value: string; readonly shown: string } {
    const input = this.raw(name);
    if (input !== '' || variable === undefined) return { value: input, shown: quote(input) };
    const value = this.env(variable);
    return { value, shown: `${quote(value)}, from ${variable} in the environment,` };
  }

  /** Empty when not given. @param variable what the input defaults to */
  text(name: string, form: RegExp, expected: string, variable?: string): string {
    const { value, shown } = this.#given(name, variable);
    if (value !== '' && !form.test(value)) this.addError(name, `${shown} is not valid; expected ${expected}`);
    return value;
  }

  /** A whole number from `min` to `max`; undefined when not given, or no such number. @param variable as in `text` */
  number(name: string, min: number, max: number, expected: string, variable?: string): number | undefined {
    const { value, shown } = this.#given(name, variable);
    if (value === '') return undefined;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    this.addError(name, `${shown} is not valid; expected ${expected}`);
    return undefined;
  }

  /** Undefined when not given, or neither true nor false. */
  boolean(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value === '') return undefined;
    const known = value.toLowerCase();
    if (known === 'true' || known === 'false') return known === 'true';
    this.addError(name, `${quote(value)} is not valid; expected true or false`);
    return undefined;
  }

  choice<T extends string>(name: string, choices: readonly T[], defaultValue: T): T {
    const value = this.raw(name);
    if (value === '') return defaultValue;
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined)
      this.addError(name, `${quote(value)} is not valid; expected ${choices.join(' or ')}`);
    return chosen ?? defaultValue;
  }

  /**
   * https, or http to this machine; no credentials, query or fragment; without a trailing slash.
   * @param variable as in `text`
   */
  endpoint(name: string, service: string, variable?: string): string {
    const value = this.raw(name) || (variable === undefined ? '' : this.env(variable));
    const problem = value === '' ? undefined : problemOfEndpoint(value);
    if (problem !== undefined) {
      const from = this.raw(name) === '' ? `${variable} in the environment ` : '';
      const expected = `expected an address such as https://${service}.cn-north-4.myhuaweicloud.com`;
      this.addError(name, `${from}${problem}; ${expected}`);
    }
    return value.replace(/\/+$/, '');
  }
}

/** What is wrong with the address of a service, if anything. */
function problemOfEndpoint(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return `${quote(withoutUser(value))} is not an address`;
  if (isConsole(url.hostname)) {
    return `${quote(url.hostname)} is the console, which people open in a browser`;
  }
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password';
  if (url.search !== '' || url.hash !== '') return 'must not have a query or fragment';
  if (isConfidentialUrl(url)) return undefined;
  return 'must use https: keys and logs would go over the network in the clear';
}

/** An address may have a password before its host, whatever its scheme is. */
export function withoutUser(value: string): string {
  return value.replace(/^([a-z][\w+.-]*:\/\/|\/\/)?[^/]*@/i, '$1');
}

function isConsole(hostname: string): boolean {
  return /^(?:auth|console|console-intl|devcloud)\b.*\.huaweicloud\.com$/.test(hostname);
}
