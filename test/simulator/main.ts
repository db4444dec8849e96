/**
 * `npm run simulator`: the server for people, with one job for every built-in scenario, up until Ctrl+C.
 * Owns the command line and what is printed. Refuses to be imported.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Certificate } from './certificate.ts';
import {
  faultNames,
  isFaultName,
  isScenarioName,
  loadScenarioFile,
  logForms,
  namedFaults,
  type ScenarioSource,
  type Simulator,
  type SimulatorOptions,
  scenarioJobId,
  scenarioNamed,
  scenarioNames,
  startSimulator,
} from './simulator.ts';

const usage = `usage: npm run simulator -- [options]
  --port 8080, --host 127.0.0.1      where to listen
  --scenario NAME or FILE.json       one more job, which plays this
  --speed N                          builds run N times as fast
  --executors N                      so many builds run at once; the others wait
  --latency MS                       every call takes about so long, a quarter more or less
  --rate-limit N                     so many calls of each kind a minute; then 429 APIGW.0308
  --answers reference or possible    the reference's shapes, or others that are possible
  --log-form FORM                    custom-executor, public-executor or older: of logs whose scenario does not say
  --fault NAME                       be less friendly in this way; may be given several times (see below)
  --tls                              serve https, with a certificate of its own making

faults
${faultNames.map((name) => `  ${name.padEnd(24)} ${namedFaults[name].description}`).join('\n')}`;

/** Where --tls leaves its certificate, for clients to trust. */
const certificateFile = join('.tmp', 'simulator-certificate.pem');

/** What was typed is wrong; whoever typed it is shown how to. */
class UsageError extends Error {}

/** The job that --scenario gets. */
const chosenJobId = '00scenariofile000000000000000000';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      host: { type: 'string', default: '127.0.0.1' },
      scenario: { type: 'string' },
      speed: { type: 'string', default: '1' },
      executors: { type: 'string' },
      latency: { type: 'string' },
      'rate-limit': { type: 'string' },
      answers: { type: 'string', default: 'reference' },
      'log-form': { type: 'string' },
      fault: { type: 'string', multiple: true, default: [] },
      tls: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  // Read before listening: a faulty scenario file must not leave a server behind.
  const chosen = values.scenario === undefined ? undefined : await chosenScenario(values.scenario);
  const options = optionsFrom(values);
  const simulator = await startSimulator(values.tls ? { ...options, tls: await certificate() } : options);
  for (const name of scenarioNames) addScenario(simulator, scenarioJobId(name), name, scenarioNamed(name));
  if (chosen !== undefined) addScenario(simulator, chosenJobId, `scenario-${chosen.name}`, chosen);
  console.log(greeting(simulator, chosen));
  const end = () => void simulator.close().then(() => process.exit(0));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

function optionsFrom(
  values: Readonly<Record<string, string | boolean | undefined | readonly string[]>> & {
    readonly fault: readonly string[];
  },
): SimulatorOptions {
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const number = (name: string, least: number, whole: boolean): number | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const read = Number(value);
    const good =
      value.trim() !== '' && Number.isFinite(read) && read >= least && (!whole || Number.isInteger(read));
    if (!good)
      throw new UsageError(
        `--${name} must be ${whole ? 'a whole number' : 'a number'} from ${least} on, not ${value}`,
      );
    return read;
  };
  const answers = text('answers');
  if (answers !== 'reference' && answers !== 'possible') {
    throw new UsageError(`--answers must be reference or possible, not ${answers}`);
  }
  const unknown = values.fault.find((name) => !isFaultName(name));
  if (unknown !== undefined) throw new UsageError(`There is no fault "${unknown}".`);
  const form = text('log-form');
  const knownForm = logForms.find((known) => known === form);
  if (form !== undefined && knownForm === undefined) {
    throw new UsageError(`--log-form must be ${logForms.join(', ')}, not ${form}`);
  }
  const speed = number('speed', 0, false) ?? 1;
  if (speed === 0) throw new UsageError('--speed must be above 0');
  const [executors, latency, rate] = [
    number('executors', 1, true),
    number('latency', 0, false),
    number('rate-limit', 1, true),
  ];
  return {
    port: number('port', 0, true) ?? 8080,
    host: text('host') ?? '127.0.0.1',
    speed,
    answers,
    faults: values.fault.filter(isFaultName),
    ...(knownForm === undefined ? {} : { log: { form: knownForm } }),
    ...(executors === undefined ? {} : { executors }),
    ...(latency === undefined ? {} : { latency: { ms: latency } }),
    ...(rate === undefined ? {} : { rateLimit: { callsPerMinute: rate, style: '429' } }),
  };
}

async function certificate(): Promise<Certificate> {
  // Loaded for those who want it alone: it is half of what the simulator weighs.
  const { selfSigned } = await import('./certificate.ts');
  const made = await selfSigned();
  mkdirSync(dirname(certificateFile), { recursive: true });
  writeFileSync(certificateFile, made.cert);
  return made;
}

async function chosenScenario(nameOrFile: string): Promise<ScenarioSource> {
  if (isScenarioName(nameOrFile)) return scenarioNamed(nameOrFile);
  if (existsSync(nameOrFile)) return await loadScenarioFile(nameOrFile);
  throw new UsageError(
    `There is no scenario "${nameOrFile}", and no such file. The scenarios are ${scenarioNames.join(', ')}.`,
  );
}

function addScenario(simulator: Simulator, id: string, name: string, scenario: ScenarioSource): void {
  simulator.addJob({ id, name, description: scenario.description, scenario });
}

const trust = `
certificate  ${certificateFile}
             NODE_EXTRA_CA_CERTS=FILE for the action, --cacert FILE for curl, --cli-skip-secure-verify=true for KooCLI
`;

function greeting(simulator: Simulator, chosen: ScenarioSource | undefined): string {
  const jobs = scenarioNames.map(
    (name) => `  ${scenarioJobId(name)}  ${name}: ${scenarioNamed(name).description}`,
  );
  if (chosen !== undefined) jobs.unshift(`  ${chosenJobId}  ${chosen.name}: ${chosen.description}`);
  return `CodeArts Build simulator on ${simulator.url} (Ctrl+C ends it)
What happens on it, to look at: ${simulator.url}/
${simulator.url.startsWith('https:') ? trust : ''}
jobs
${jobs.join('\n')}

${simulator.guide(chosen === undefined ? scenarioJobId('success') : chosenJobId)}`;
}

main().catch((error: unknown) => {
  const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const said = error instanceof Error ? error.message : String(error);
  console.error(inUse ? `${said}; --port 0 takes any that is free` : said);
  if (error instanceof UsageError || error instanceof TypeError) console.error(usage);
  process.exitCode = 2;
});
