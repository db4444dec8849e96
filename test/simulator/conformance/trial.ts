/** Makes calls through the SDK, compares each response with what the simulator has, prints a line for each, and counts. */
import * as v from 'valibot';
import { type Json, jsonSchema } from '../json.ts';
import { routes } from '../routes.ts';
import type { Simulator, VirtualClock } from '../simulator.ts';
import { bent, differences, leaves } from './compare.ts';
import type { Sdk, SdkAnswer } from './sdk.ts';

export interface Use {
  /** Which of the SDK's clients calls; `main` by default. */
  readonly as?: string;
  /** Fields whose type in the reference's sample is not the SDK's; see README.md. */
  readonly bends?: readonly string[];
  /** What is special about this time. */
  readonly about?: string;
  /** How the gateway should have let it pass. */
  readonly by?: 'signed' | 'open';
  /** For an error: what the SDK has as its request id, if that is not the request's. */
  readonly requestId?: string;
}

export class Trial {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly #sdk: Sdk;
  readonly #print: (line: string) => void;
  readonly #inexact: readonly string[];
  passed = 0;
  failed = 0;
  fields = 0;

  /** @param inexact fields that this SDK cannot hold exactly, by their path; they are not compared */
  constructor(
    simulator: Simulator,
    clock: VirtualClock,
    sdk: Sdk,
    print: (line: string) => void,
    inexact: readonly string[] = [],
  ) {
    this.simulator = simulator;
    this.clock = clock;
    this.#sdk = sdk;
    this.#print = print;
    this.#inexact = inexact;
  }

  /** Calls, and expects the SDK to parse exactly this; a function is given the body. Resolves to what it parsed. */
  async answers(
    call: string,
    request: Json,
    expected: Json | ((raw: Json) => Json),
    use: Use = {},
  ): Promise<Json> {
    const answer = await this.#call(call, request, use);
    if (!('parsed' in answer)) return this.#runStep(call, use, 0, [`no answer: ${JSON.stringify(answer)}`]);
    const raw = v.parse(jsonSchema, JSON.parse(answer.raw));
    const wanted = typeof expected === 'function' ? expected(raw) : expected;
    const inexact = this.#inexact;
    const unexpected = bent(raw, answer.parsed).filter(
      (path) =>
        ![...inexact, ...(use.bends ?? [])].some((known) => path === known || path.startsWith(`${known}.`)),
    );
    this.#runStep(call, use, leaves(wanted).size, [
      ...differences(wanted, answer.parsed).filter(
        (line) => !inexact.some((path) => line.startsWith(`${path}: `)),
      ),
      ...unexpected.map((path) => `${path}: the SDK has it under another type, or not at all`),
      ...this.#gate(use.by ?? 'signed'),
    ]);
    return answer.parsed;
  }

  /** Calls, and expects a file with exactly this text. */
  async file(call: string, request: Json, expected: string, use: Use = {}): Promise<void> {
    const answer = await this.#call(call, request, use);
    const wrong =
      'file' in answer
        ? answer.file === expected
          ? []
          : [`a file of ${answer.file.length} characters, ${expected.length} expected, or other ones`]
        : [`no file: ${JSON.stringify(answer)}`];
    this.#runStep(call, use, 1, [...wrong, ...this.#gate(use.by ?? 'signed')]);
  }

  /** Calls, and expects the SDK to raise its exception with this status and code. */
  async rejects(call: string, request: Json, status: number, code: string, use: Use = {}): Promise<void> {
    const answer = await this.#call(call, request, use);
    const step = { about: `${status} ${code}`, ...use };
    if (!('refused' in answer)) {
      this.#runStep(call, step, 0, [`not refused: ${JSON.stringify(answer)}`]);
      return;
    }
    const { message, kind, ...refused } = answer.refused;
    const wantedKind = status < 500 ? 'ClientRequestException' : 'ServerResponseException';
    const wrongKind = kind === null || kind === wantedKind ? [] : [`kind: ${kind}, not ${wantedKind}`];
    const wanted = {
      status,
      code,
      request_id: use.requestId ?? this.simulator.requests.at(-1)?.requestId ?? null,
    };
    const silent = message === null || message === '' ? ['no message'] : [];
    this.#runStep(call, step, leaves(wanted).size + 1, [
      ...differences(wanted, refused),
      ...wrongKind,
      ...silent,
    ]);
  }

  /** Anything else that must hold. */
  holds(what: string, wrong: readonly string[]): void {
    this.#line(what, wrong);
  }

  /** Calls of chapters 4 and 7 that were not made. */
  get undriven(): string[] {
    return routes
      .filter(({ chapter, call }) => /^[47]\./.test(chapter) && this.simulator.count(call) === 0)
      .map(({ chapter, call }) => `${chapter} ${call}`);
  }

  /** How many different calls the SDK made, its own to IAM too. */
  get driven(): number {
    return new Set(this.simulator.requests.map(({ call }) => call).filter((call) => call !== 'unknown')).size;
  }

  #call(call: string, request: Json, use: Use): Promise<SdkAnswer> {
    return this.#sdk.call(call, request, use.as ?? 'main');
  }

  #gate(by: string): string[] {
    const verdict = this.simulator.requests.at(-1)?.verdict;
    return verdict === by ? [] : [`the gateway's verdict is ${verdict ?? 'none'}, not ${by}`];
  }

  #runStep(call: string, use: Use, fields: number, wrong: readonly string[]): null {
    const last = this.simulator.requests.at(-1);
    const chapter =
      routes.find(({ call: known, edition }) => known === last?.call && edition === last.edition)?.chapter ??
      '';
    const about = use.about === undefined ? '' : ` (${use.about})`;
    this.fields += fields;
    this.#line(`${chapter.padEnd(4)} ${`${call}${about}`.padEnd(66)} ${fields} compared`, wrong);
    return null;
  }

  #line(what: string, wrong: readonly string[]): void {
    if (wrong.length === 0) this.passed += 1;
    else this.failed += 1;
    this.#print(`${wrong.length === 0 ? 'ok  ' : 'FAIL'}  ${what}`);
    for (const line of wrong) this.#print(`      ${line}`);
  }
}
