// Which hosts are this machine itself: they need neither TLS nor a proxy. Asks no name server.

/** @param hostname as URL has it: lower-case, IPv6 in brackets */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
