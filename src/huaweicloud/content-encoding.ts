// Decompresses the body of a response. Requests ask for none of it, but gateways and proxies may compress all the same.

import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/**
 * The bytes that a body stands for.
 * @param encoding the Content-Encoding header; several encodings are separated by commas, the last was applied last
 * @throws the error of zlib, with its code, where the body is not compressed as it claims
 */
export function decompress(
  body: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
): AsyncIterable<Uint8Array> {
  const encodings = (encoding ?? '').toLowerCase().split(',');
  return encodings.reduceRight((bytes, name) => decompressOnce(bytes, name.trim()), body);
}

function decompressOnce(body: AsyncIterable<Uint8Array>, encoding: string): AsyncIterable<Uint8Array> {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return through(body, () => createGunzip());
    case 'br':
      return through(body, () => createBrotliDecompress());
    case 'deflate':
      // Some servers send the raw data without zlib's header, which begins with 8 in its lower half.
      return through(body, (first) => ((first & 0x0f) === 8 ? createInflate() : createInflateRaw()));
    default:
      return body;
  }
}

async function* through(
  body: AsyncIterable<Uint8Array>,
  open: (firstByte: number) => Transform,
): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  const { value: first, done } = await pieces.next();
  if (done || first.length === 0) return;
  const source = Readable.from(
    (async function* () {
      yield first;
      for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) yield piece.value;
    })(),
  );
  const decoder = open(first[0] ?? 0);
  // A body that breaks off ends the reading of its text with the same error.
  source.on('error', (error) => decoder.destroy(error));
  try {
    for await (const piece of source.pipe(decoder)) yield piece;
  } finally {
    source.destroy();
    await pieces.return?.();
  }
}
