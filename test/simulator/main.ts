/**
 * `npm run simulator`: the server for people, with one job for every built-in scenario, up until Ctrl+C.
 * Owns the command line and what is printed. Refuses to be imported.
 */
import { parseArgs } from 'node:util';
import {
  isScenarioName,
  loadScenarioFile,
  type ScenarioSource,
  type Simulator,
  scenarioJobId,
  scenarioNamed,
  scenarioNames,
  startSimulator,
} from './simulator.ts';

const usage = `usage: npm run simulator -- [--port 8080] [--host 127.0.0.1] [--speed N] [--executors N] [--answers reference|live]
                            [--scenario NAME or FILE.json]`;

/** The job that --scenario FILE gets. */
const fileJobId = '00scenariofile000000000000000000';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      host: { type: 'string', default: '127.0.0.1' },
      speed: { type: 'string', default: '1' },
      executors: { type: 'string' },
      answers: { type: 'string', default: 'reference' },
      scenario: { type: 'string' },
    },
  });
  // Read before listening: a faulty scenario file must not leave a server behind.
  const chosen = values.scenario === undefined ? undefined : await chosenScenario(values.scenario);
  const simulator = await startSimulator({
    port: positive('port', values.port),
    host: values.host,
    speed: positive('speed', values.speed),
    answers: values.answers === 'live' ? 'live' : 'reference',
    ...(values.executors === undefined ? {} : { executors: positive('executors', values.executors) }),
  });
  for (const name of scenarioNames) simulator.addJob({ id: scenarioJobId(name), name, scenario: name });
  if (chosen !== undefined) {
    simulator.addJob({
      id: chosen.jobId,
      name: `scenario-${chosen.scenario.name}`,
      scenario: chosen.scenario,
    });
  }
  console.log(greeting(simulator, chosen));
  const end = () => void simulator.close().then(() => process.exit(0));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

interface Chosen {
  readonly jobId: string;
  readonly scenario: ScenarioSource;
}

async function chosenScenario(nameOrFile: string): Promise<Chosen> {
  const scenario = isScenarioName(nameOrFile)
    ? scenarioNamed(nameOrFile)
    : await loadScenarioFile(nameOrFile);
  return { jobId: fileJobId, scenario };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0 || (value === 0 && name !== 'port')) {
    throw new Error(`--${name} must be a positive number, not ${text}`);
  }
  return value;
}

function greeting(simulator: Simulator, chosen: Chosen | undefined): string {
  const { url, accessKey, user } = simulator;
  const jobs = scenarioNames.map(
    (name) => `  ${scenarioJobId(name)}  ${name}: ${scenarioNamed(name).description}`,
  );
  if (chosen !== undefined) {
    jobs.unshift(`  ${chosen.jobId}  ${chosen.scenario.name}: ${chosen.scenario.description}`);
  }
  const jobId = chosen?.jobId ?? scenarioJobId('success');
  return `CodeArts Build simulator on ${url} (Ctrl+C ends it)

access key   ${accessKey.ak}
secret key   ${accessKey.sk}
project id   ${simulator.projectId}
IAM user     ${user.name} of domain ${user.domain}, password ${user.password}

jobs
${jobs.join('\n')}

the action
  with:
    endpoint: ${url}
    iam-endpoint: ${url}
    region: ${simulator.region}
    access-key: ${accessKey.ak}
    secret-key: ${accessKey.sk}
    job-id: ${jobId}

curl
  TOKEN=${simulator.token()}
  curl -s -X POST ${url}/v3/jobs/build -H "X-Auth-Token: $TOKEN" -H 'Content-Type: application/json' -d '{"job_id":"${jobId}"}'
  curl -s "${url}/v4/jobs/${jobId}/1/record-info" -H "X-Auth-Token: $TOKEN"
  curl -s "${url}/v3/jobs/${jobId}/1/real-time-log?offset=0" -H "X-Auth-Token: $TOKEN"
`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(usage);
  process.exitCode = 2;
});
