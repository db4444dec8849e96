// Runs the workflows of examples/ through act against the simulator, and compares each result with what plays.ts expects.
// Prints one line for each, and the whole output of act for those that differ.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultTrust, type Job, type Simulator, startSimulator } from '../../test/simulator/simulator.ts';
import { root } from '../paths.ts';
import { type ActLine, formatLine, runAct } from '../run-act.ts';
import { type Play, plays, repository } from './plays.ts';
import { type Replacements, rewrite } from './rewrite.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const folder = join(root, 'examples');
/** How many times faster than real time the builds run. */
const speed = 20;
/** Runs at the same time; a run mostly waits. */
const concurrency = 3;
const maxElapsedMs = 90_000;
/** The trust policy that docs/keyless-authentication.md gives for a branch, and the audience of the example. */
const trust = {
  ...defaultTrust,
  audience: 'sts.huaweicloud.com',
  subject: `repo:${repository}:ref:refs/heads/main`,
};

interface Setup {
  readonly act: string;
  readonly sandbox: Sandbox;
  readonly simulator: Simulator;
}

/** @param only the examples to run; all if empty */
export async function playExamples(
  act: string,
  only: readonly string[] = [],
): Promise<{ passed: number; failed: number }> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));
  const tally = { passed: 0, failed: 0 };
  for (const name of files.filter((file) => !plays.some(({ example }) => example === file))) {
    console.log(`not ok ${name} (scripts/examples/plays.ts has no entry for it)`);
    tally.failed += 1;
  }
  const wanted = plays.filter(({ example }) => only.length === 0 || only.includes(example));
  for (const play of wanted) {
    if ('notPlayed' in play) console.log(`--     ${play.example} is not run: ${play.notPlayed}`);
  }
  const queue = wanted.filter((play): play is Play => !('notPlayed' in play)).entries();
  const simulator = await startSimulator({ speed, trusts: [trust] });
  const sandbox = await createSandbox(simulator);
  const setup: Setup = { act, sandbox, simulator };
  const work = async (): Promise<void> => {
    for (const [at, play] of queue) {
      const faults = await runOne(play, at, setup);
      if (faults.length === 0) tally.passed += 1;
      else tally.failed += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, work));
  } finally {
    await simulator.close();
    sandbox.close();
  }
  return tally;
}

async function runOne(
  play: Play,
  at: number,
  { act, sandbox, simulator }: Setup,
): Promise<readonly string[]> {
  const title = `${play.example}${play.when === undefined ? '' : `, ${play.when}`}`;
  const job = simulator.addJob({
    name: `${play.example}-${at}`,
    scenario: play.scenario ?? 'success',
    parameters: [{ name: 'releaseVersion' }, { name: 'target' }, { name: 'message' }, { name: 'imageTag' }],
  });
  if (play.builtBefore) await buildBefore(job, sandbox.commit);
  const home = sandbox.newFolder(`play-${at}`);
  const lines: ActLine[] = [];
  const run = runAct({
    act,
    folder: sandbox.folder,
    home,
    parameters: parametersFor(play, home, job, { act, sandbox, simulator }),
    programs: [sandbox.programs],
    onLine: (line) => lines.push(line),
  });
  const code = await Promise.race([run, sleep(maxElapsedMs, undefined, { ref: false })]);
  const faults = judge(play, code, lines, job, sandbox.commit);
  console.log(faults.length === 0 ? `ok     ${title}` : `not ok ${title}`);
  if (faults.length > 0)
    console.log([...lines.map(formatLine), ...faults.map((fault) => `  ${fault}`)].join('\n'));
  return faults;
}

async function buildBefore(job: Job, commit: string): Promise<void> {
  const build = job.start({ commit, branch: 'main', parameters: { codeBranch: 'main' } });
  while (!build.ended) await sleep(50);
}

/** Writes the workflow and the event, and returns the parameters that make act use them. */
function parametersFor(play: Play, home: string, job: Job, { sandbox, simulator }: Setup): readonly string[] {
  const workflow = join(home, 'workflow.yml');
  const event = join(home, 'event.json');
  const example = readFileSync(join(folder, play.example), 'utf8');
  writeFileSync(workflow, rewrite(example, replacementsFor(job, simulator, sandbox)));
  const { name, payload } = play.event ?? { name: 'push', payload: { ref: 'refs/heads/main' } };
  const everywhere = { repository: { full_name: repository, default_branch: 'main' } };
  writeFileSync(event, JSON.stringify({ ...everywhere, ...payload }));
  const { ak, sk } = simulator.accessKey;
  // Values that appear nowhere else, because the runner masks them everywhere.
  const secrets = {
    HUAWEICLOUD_AK: ak,
    HUAWEICLOUD_SK: sk,
    SWR_AK: 'example-swr-access-key',
    SWR_SK: 'example-swr-secret-key',
    CCE_KUBECONFIG: 'example-kubeconfig',
    GITHUB_TOKEN: 'example-github-token',
    GENERIC_REPO_USER: 'example-repo-user',
    GENERIC_REPO_PASSWORD: 'example-repo-password',
    PROXY_USER: 'example-proxy-user',
    PROXY_PASSWORD: 'example-proxy-password',
  };
  const given = Object.entries(secrets).flatMap(([secret, value]) => ['-s', `${secret}=${value}`]);
  return [name, '-W', workflow, '-e', event, ...given];
}

/** Replaces the service and the build task that an example names by the simulator and its job. */
function replacementsFor(job: Job, simulator: Simulator, sandbox: Sandbox): Replacements {
  const { domain, name, password } = simulator.user;
  return {
    inputs: {
      'job-id': job.id,
      'project-id': simulator.projectId,
      'job-name': job.name,
      'auth-token': simulator.token(),
      'iam-domain': domain,
      'iam-user': name,
      'iam-password': password,
      'oidc-provider-urn': simulator.trust.providerUrn,
      'oidc-agency-urn': simulator.trust.agencyUrn,
    },
    always: {
      endpoint: simulator.url,
      'iam-endpoint': simulator.url,
      'sts-endpoint': simulator.url,
      'artifact-endpoint': simulator.url,
    },
    env: sandbox.idTokenEnv,
  };
}

function judge(
  play: Play,
  code: number | undefined,
  lines: readonly ActLine[],
  job: Job,
  pushed: string,
): readonly string[] {
  const texts = lines.map(({ text }) => text);
  const { green = true, builds = 1, commit = pushed, shows = [], hides = [] } = play;
  const faults: string[] = [];
  if (code === undefined) faults.push('It did not end in time.');
  else if ((code === 0) !== green) faults.push(`It ended ${green ? 'red' : 'green'}.`);
  if (job.builds.length !== builds) faults.push(`CodeArts has ${job.builds.length} builds, not ${builds}.`);
  const running = job.builds.filter((build) => !build.ended);
  if (running.length > 0) faults.push(`${running.length} builds are still running.`);
  const last = job.builds.at(-1);
  if (play.tag !== undefined && last?.facts.tag !== play.tag)
    faults.push(`The tag is ${last?.facts.tag}, not ${play.tag}.`);
  else if (play.tag === undefined && commit !== '' && last?.commit !== commit)
    faults.push(`${last?.commit} was built, not ${commit}.`);
  const missing = shows.filter((form) => !texts.some((text) => form.test(text)));
  faults.push(...missing.map((form) => `No line matches ${form}.`));
  const leaked = hides.filter((form) => texts.some((text) => form.test(text)));
  return [...faults, ...leaked.map((form) => `A line matches ${form}, which must not appear.`)];
}
