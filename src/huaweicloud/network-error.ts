// Describes a request that got no complete response: the error, which of its codes can pass, and what to do about each.

/** No complete response came back. The message names host and codes, but no remedy. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  /** The host of the request, with its port where it is not the default one. */
  readonly host: string;
  /**
   * The system's or undici's code, such as ECONNREFUSED or UND_ERR_HEADERS_TIMEOUT; PROXY_407 and the like where a
   * proxy did not connect.
   */
  readonly code: string;
  /** True when the request may have reached the server, so that the server may have acted on it. */
  readonly mayHaveArrived: boolean;
  /** The codes for people: one for each address where a host has several, such as `ETIMEDOUT 192.0.2.1:443`. */
  readonly detail: string;
  /** What to do about it, in one line. */
  readonly hint: string;

  constructor(facts: NetworkFailure, cause?: unknown) {
    const { host, code, mayHaveArrived, detail = code, hint = networkHint(code) } = facts;
    super(`no answer from ${host} (${detail})`, { cause });
    this.host = host;
    this.code = code;
    this.mayHaveArrived = mayHaveArrived;
    this.detail = detail;
    this.hint = hint;
  }

  /** True when no further attempt can help, such as with a certificate that is not trusted. */
  get isPermanent(): boolean {
    return isPermanent(this.code);
  }
}

interface NetworkFailure {
  readonly host: string;
  readonly code: string;
  readonly mayHaveArrived: boolean;
  readonly detail?: string;
  readonly hint?: string;
}

const untrusted = /^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;
/** The request could not be made at all, for example because a key has a character that no header can hold. */
const notSendable = 'UND_ERR_INVALID_ARG';
const headersTooLong = 'UND_ERR_HEADERS_OVERFLOW';

/** True when the certificate was rejected, or when the server does not speak TLS. Codes of Node and OpenSSL. */
export function isTlsFault(code: string): boolean {
  return untrusted.test(code) || code.startsWith('ERR_SSL_');
}

/** True for the code of a failure that does not pass by itself. */
export function isPermanent(code: string): boolean {
  return isTlsFault(code) || code.startsWith('PROXY_4') || code === notSendable || code === headersTooLong;
}

/** What to do about a request without a response, in one line. */
export function networkHint(code: string, extraCa?: ExtraCa): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'The certificate is for another host: check the endpoint, and any proxy that opens TLS traffic.';
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return "The certificate is not valid at this time: renew it, or set the runner's clock.";
  }
  if (untrusted.test(code)) return `The runner does not trust the certificate: ${trustHint(extraCa)}`;
  if (code.startsWith('ERR_SSL_')) {
    return 'The server does not speak TLS: check the endpoint and the proxy.';
  }
  if (code === notSendable) {
    return 'The request could not be built: check the keys or the token for an invalid character, perhaps an invisible one.';
  }
  if (code === headersTooLong) {
    return 'The headers of the response are longer than 64 KB: check the endpoint, and any proxy that adds headers; a token of IAM grows with the roles of its user.';
  }
  if (code === 'PROXY_407') {
    return 'The proxy requires another user name or password: check the address in HTTPS_PROXY or HTTP_PROXY.';
  }
  if (code.startsWith('PROXY_')) {
    return 'The proxy of HTTPS_PROXY or HTTP_PROXY did not connect: have it allow this host, or name the host in NO_PROXY.';
  }
  return 'Check endpoint, region, and the network or proxy of the runner.';
}

/** The value of NODE_EXTRA_CA_CERTS, whose file Node reads at start, and only warns when it can't. */
export interface ExtraCa {
  readonly path: string | undefined;
  readonly readFile: (path: string) => string;
}

function trustHint(extraCa: ExtraCa | undefined): string {
  if (!extraCa?.path) return 'set NODE_EXTRA_CA_CERTS on the runner to the file of the CA that signed it.';
  const where = `NODE_EXTRA_CA_CERTS is set to ${extraCa.path}, which`;
  let text: string;
  try {
    text = extraCa.readFile(extraCa.path);
  } catch {
    return `${where} can't be read. Check the path, and that the runner's user may read the file.`;
  }
  return /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(text)
    ? `${where} does not hold the CA that signed it. Add that CA, and any intermediate CA that the server does not send, to the file.`
    : `${where} holds no certificate in PEM format. Convert a DER file with “openssl x509 -inform der -in FILE -out ca.pem”.`;
}
