// Compares commits as the service names them: in any case, and possibly abbreviated.

const shortestAbbreviation = 7;

/** True when both name the same commit. An empty or a very short id names none. */
export function sameCommit(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (Math.min(a.length, b.length) < shortestAbbreviation) return false;
  return a.startsWith(b) || b.startsWith(a);
}
