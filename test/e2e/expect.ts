// A workflow step: holds what a step or job gave (ACTUAL, a JSON object or array) against EXPECTED, one line for each
// value: `name = text`, or `name ~ regular expression`; `0.name` looks into lists. Tells ok or not ok for each.

const actual: unknown = JSON.parse(variable('ACTUAL'));
const lines = variable('EXPECTED')
  .split('\n')
  .map((line) => line.trim());

let failed = 0;
for (const line of lines.filter((text) => text !== '')) {
  const [, path = '', operator, wanted = ''] = /^(\S+) ([=~]) ?(.*)$/.exec(line) ?? [];
  if (path === '')
    throw new Error(`EXPECTED has a line that is neither name = text nor name ~ pattern: ${line}`);
  const value = textAt(path);
  const holds =
    operator === '~' ? value !== undefined && new RegExp(wanted, 'u').test(value) : value === wanted;
  console.log(holds ? `ok ${line}` : `not ok ${line} (it is ${JSON.stringify(value) ?? 'missing'})`);
  if (!holds) failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value.trim() === '') throw new Error(`${name} is not set.`);
  return value;
}

function textAt(path: string): string | undefined {
  let value: unknown = actual;
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}
