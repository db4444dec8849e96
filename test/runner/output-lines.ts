// Splits a process's output into lines as GitHub's runner does: UTF-8 lines that end with \n, \r\n or a bare \r,
// because the runner reads with .NET's StreamReader.ReadLine.

export class OutputLines {
  readonly #decoder = new TextDecoder('utf-8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    this.#split(this.#decoder.decode(bytes, { stream: true }), false);
  }

  end(): void {
    this.#split(this.#decoder.decode(), true);
  }

  #split(text: string, isEnd: boolean): void {
    let pending = this.#rest + text;
    // A \r at the end of the chunk may be the first half of \r\n.
    const held = !isEnd && pending.endsWith('\r');
    if (held) pending = pending.slice(0, -1);
    const lines = pending.split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + (held ? '\r' : '');
    for (const line of lines) this.#onLine(line);
    if (isEnd && this.#rest !== '') this.#onLine(this.#rest);
    if (isEnd) this.#rest = '';
  }
}
