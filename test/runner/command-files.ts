// Parses the files through which a step passes values to the runner (GITHUB_OUTPUT, GITHUB_STATE, GITHUB_ENV): lines
// `NAME=value`, and `NAME<<DELIMITER`, value, `DELIMITER`. Throws on everything that the runner rejects.
// After actions/runner, src/Runner.Worker/FileCommandManager.cs.

export function parseCommandFile(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (heredoc >= 0 && (equals < 0 || heredoc < equals)) {
      const end = endOfHeredoc(lines, index, heredoc);
      values.set(line.slice(0, heredoc), lines.slice(index + 1, end).join('\n'));
      index = end;
    } else if (equals > 0) {
      values.set(line.slice(0, equals), line.slice(equals + 1));
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return values;
}

/** The index of the line that ends the value that begins after line `index`. */
function endOfHeredoc(lines: readonly string[], index: number, heredoc: number): number {
  const line = lines[index] ?? '';
  const delimiter = line.slice(heredoc + 2);
  if (heredoc === 0 || delimiter === '') {
    throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
  }
  const end = lines.indexOf(delimiter, index + 1);
  if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
  return end;
}
