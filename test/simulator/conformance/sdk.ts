/**
 * Calls one of Huawei Cloud's SDKs: orders go to its driver (driver.py, go/main.go) as lines of JSON, and responses come back
 * the same way.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import * as v from 'valibot';
import { type Json, jsonSchema } from '../json.ts';

/** How the SDK's own credentials are to be made; the names are those of its `with_…` methods. */
export interface Credentials {
  readonly ak?: string;
  readonly sk?: string;
  readonly security_token?: string;
  readonly project_id?: string;
  readonly domain_id?: string;
  readonly iam_endpoint?: string;
  readonly idp_id?: string;
  readonly id_token_file?: string;
  /** With these four the SDK signs in to STS with an ID token by itself. */
  readonly provider_urn?: string;
  readonly agency_urn?: string;
  readonly id_token?: string;
  readonly sts_endpoint?: string;
  /** Those for services that are not bound to a region. */
  readonly global?: boolean;
}

export interface ClientOrder {
  readonly client: string;
  readonly service: 'codeartsbuild' | 'codeartsartifact' | 'iam' | 'sts';
  readonly endpoint: string;
  readonly credentials: Credentials;
  /** With it, and without a project id, the SDK asks IAM for the project. */
  readonly region?: string;
}

const answerSchema = v.union([
  /** `parsed`: what the SDK made of `raw`, the body as it came. */
  v.object({ status: v.number(), parsed: jsonSchema, raw: v.string() }),
  v.object({ file: v.string() }),
  v.object({
    refused: v.object({
      /** Null where the SDK has one kind of exception only. */
      kind: v.nullable(v.string()),
      status: v.number(),
      code: v.nullable(v.string()),
      message: v.nullable(v.string()),
      request_id: v.nullable(v.string()),
    }),
  }),
  /** The SDK could not parse the response. */
  v.object({ broken: v.string() }),
  v.object({ made: v.string() }),
]);

export type SdkAnswer = v.InferOutput<typeof answerSchema>;

export class Sdk {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #said = '';

  /** `command`: runs driver.py or the driver in go/. */
  constructor(command: readonly string[]) {
    // A proxy of the machine's has no business between the SDK and loopback.
    const env = { ...process.env, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1', PYTHONUTF8: '1' };
    const [program = '', ...rest] = command;
    this.#process = spawn(program, rest, { env });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
    const lines: Interface = createInterface({ input: this.#process.stdout });
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** Makes a client that later calls name. */
  async client(order: ClientOrder): Promise<void> {
    const answer = await this.#order(order);
    if (!('made' in answer)) throw new Error(`the SDK makes no client: ${JSON.stringify(answer)}`);
  }

  /** `call`: the SDK's own name of it. `request`: its fields under the names of the wire; the body as `body`. */
  call(call: string, request: Json, as: string): Promise<SdkAnswer> {
    return this.#order({ as, call, request });
  }

  close(): void {
    this.#process.stdin.end();
  }

  async #order(order: object): Promise<SdkAnswer> {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`the driver ended: ${this.#said.trim()}`);
    return v.parse(answerSchema, JSON.parse(line.value));
  }
}
