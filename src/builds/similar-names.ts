// Suggests the known names that a mistyped one may have meant.

/** At most three, the nearest first; none that has little in common with the name. */
export function similarNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase();
  const farthest = Math.max(2, Math.floor(name.length / 3));
  return [...new Set(known)]
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Levenshtein: how many characters must be put in, taken out or changed to make one text of the other. */
export function editDistance(a: string, b: string): number {
  const others = [...b];
  let row = [...others.keys(), others.length];
  let distance = others.length;
  for (const [line, one] of [...a].entries()) {
    let diagonal = line;
    row = row.map((above, column) => {
      const changed = diagonal + (others[column - 1] === one ? 0 : 1);
      diagonal = above;
      distance = column === 0 ? line + 1 : Math.min(changed, above + 1, distance + 1);
      return distance;
    });
  }
  return distance;
}
