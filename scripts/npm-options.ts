// Recognises options that npm kept: after `npm run demo --scenario x`, without the `--` in front, the script gets no
// `--scenario`, and npm sets npm_config_scenario to "x" (written --scenario=x) or to "true".

/**
 * @param names the options of the script
 * @param args the arguments that the script did get
 * @returns what to type instead, undefined if npm kept no option
 */
export function hintAboutNpm(
  script: string,
  names: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const kept = names.flatMap((name) => {
    const value = env[`npm_config_${name.replaceAll('-', '_')}`];
    return value === undefined ? [] : [value === 'true' ? `--${name}` : `--${name} ${value}`];
  });
  if (kept.length === 0) return undefined;
  return `npm keeps options for itself. Put -- in front of them: npm run ${script} -- ${[...kept, ...args].join(' ')}`;
}
