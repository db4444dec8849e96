/** `npm run simulator`: serves one job for every built-in scenario until Ctrl+C. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { hintAboutNpm } from '../../scripts/npm-options.ts';
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
  --scenario NAME or FILE.json       adds a job with this scenario
  --speed N                          builds run N times as fast as real time
  --executors N                      N builds run at once; the others wait in the queue
  --latency MS                       every call takes MS milliseconds, give or take a quarter
  --rate-limit N                     N calls of each kind a minute; then 429 APIGW.0308
  --answers reference or possible    answers shaped as in the reference, or in other possible ways
  --log-form FORM                    custom-executor, public-executor or older: the form of logs whose scenario does not choose
  --fault NAME                       switch a fault on (see below); may be given several times
  --tls                              serve https with a self-signed certificate

faults
${faultNames.map((name) => `  ${name.padEnd(24)} ${namedFaults[name].description}`).join('\n')}`;

const optionsConfig = {
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
} as const satisfies ParseArgsOptionsConfig;

/** Where --tls writes its certificate, for clients to trust. */
const certificateFile = join('.tmp', 'simulator-certificate.pem');

/** The command line is wrong; the usage is printed below the message. */
class UsageError extends Error {}

/** The id of the job that --scenario adds. */
const chosenJobId = '00scenariofile000000000000000000';

async function main(): Promise<void> {
  const hint = hintAboutNpm('simulator', Object.keys(optionsConfig), process.argv.slice(2), process.env);
  if (hint !== undefined) throw new UsageError(hint);
  const { values } = parseArgs({ options: optionsConfig });
  if (values.help) {
    console.log(usage);
    return;
  }
  // Read before listening, so that an invalid scenario file leaves no server behind.
  const chosen = values.scenario === undefined ? undefined : await chosenScenario(values.scenario);
  const options = optionsFrom(values);
  const simulator = await startSimulator(values.tls ? { ...options, tls: await certificate() } : options);
  for (const name of scenarioNames) {
    addScenario(simulator, scenarioJobId(name), `shop-backend-${name}`, scenarioNamed(name));
  }
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
  // Loaded only when needed: it takes as long to load as all the rest.
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
Jobs, builds, logs and calls: ${simulator.url}/
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
