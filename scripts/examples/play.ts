// Plays the workflows of examples/ through act, as plays.ts tells, and holds their ends against it. One line for each
// that went as it should; for the others all that act said.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultTrust, type Job, type Simulator, startSimulator } from '../../test/simulator/simulator.ts';
import { root } from '../paths.ts';
import { runAct, type Said, shown } from '../run-act.ts';
import { type Play, plays, repository } from './plays.ts';
import { rewrite, type Surroundings } from './rewrite.ts';
import { openStage, type Stage } from './stage.ts';

const folder = join(root, 'examples');
/** So many times faster than life the builds run. */
const speed = 20;
/** Runs at the same time: most of one is waiting. */
const atOnce = 3;
const maxElapsedMs = 90_000;
/** The trust policy that docs/keyless-authentication.md gives for a branch, and the audience of the example. */
const trust = {
  ...defaultTrust,
  audience: 'sts.huaweicloud.com',
  subject: `repo:${repository}:ref:refs/heads/main`,
};

interface Theatre {
  readonly act: string;
  readonly stage: Stage;
  readonly simulator: Simulator;
}

/** @param only names of examples; all when there are none */
export async function playExamples(
  act: string,
  only: readonly string[] = [],
): Promise<{ passed: number; failed: number }> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));
  const tally = { passed: 0, failed: 0 };
  for (const name of files.filter((file) => !plays.some(({ example }) => example === file))) {
    console.log(`not ok ${name} (scripts/examples/plays.ts does not tell how it is played)`);
    tally.failed += 1;
  }
  const wanted = plays.filter(({ example }) => only.length === 0 || only.includes(example));
  for (const play of wanted) {
    if ('notPlayed' in play) console.log(`--     ${play.example} is not played: ${play.notPlayed}`);
  }
  const queue = wanted.filter((play): play is Play => !('notPlayed' in play)).entries();
  const simulator = await startSimulator({ speed, trusts: [trust] });
  const stage = await openStage(simulator);
  const theatre: Theatre = { act, stage, simulator };
  const takeTurns = async (): Promise<void> => {
    for (const [at, play] of queue) {
      const faults = await playOne(play, at, theatre);
      if (faults.length === 0) tally.passed += 1;
      else tally.failed += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, takeTurns));
  } finally {
    await simulator.close();
    stage.close();
  }
  return tally;
}

async function playOne(
  play: Play,
  at: number,
  { act, stage, simulator }: Theatre,
): Promise<readonly string[]> {
  const title = `${play.example}${play.when === undefined ? '' : `, ${play.when}`}`;
  const job = simulator.addJob({
    name: `${play.example}-${at}`,
    scenario: play.scenario ?? 'success',
    parameters: [{ name: 'releaseVersion' }, { name: 'target' }, { name: 'message' }],
  });
  if (play.builtBefore) await buildBefore(job, stage.commit);
  const home = stage.newFolder(`play-${at}`);
  const said: Said[] = [];
  const run = runAct({
    act,
    folder: stage.folder,
    home,
    parameters: parametersFor(play, home, job, { act, stage, simulator }),
    programs: [stage.programs],
    onSaid: (line) => said.push(line),
  });
  const code = await Promise.race([run, sleep(maxElapsedMs, undefined, { ref: false })]);
  const faults = judge(play, code, said, job, stage.commit);
  console.log(faults.length === 0 ? `ok     ${title}` : `not ok ${title}`);
  if (faults.length > 0) console.log([...said.map(shown), ...faults.map((fault) => `  ${fault}`)].join('\n'));
  return faults;
}

async function buildBefore(job: Job, commit: string): Promise<void> {
  const build = job.start({ commit, branch: 'main', parameters: { codeBranch: 'main' } });
  while (!build.ended) await sleep(50);
}

/** Writes workflow and event, and says how act finds them. */
function parametersFor(play: Play, home: string, job: Job, { stage, simulator }: Theatre): readonly string[] {
  const workflow = join(home, 'workflow.yml');
  const event = join(home, 'event.json');
  const example = readFileSync(join(folder, play.example), 'utf8');
  writeFileSync(workflow, rewrite(example, around(job, simulator, stage)));
  const { name, payload } = play.event ?? { name: 'push', payload: { ref: 'refs/heads/main' } };
  const everywhere = { repository: { full_name: repository, default_branch: 'main' } };
  writeFileSync(event, JSON.stringify({ ...everywhere, ...payload }));
  const { ak, sk } = simulator.accessKey;
  // Values that stand nowhere else: the runner stars them wherever they appear.
  const secrets = {
    HUAWEICLOUD_AK: ak,
    HUAWEICLOUD_SK: sk,
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

/** The simulator and its job in the place of those that an example names. */
function around(job: Job, simulator: Simulator, stage: Stage): Surroundings {
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
    env: stage.idTokenEnv,
  };
}

function judge(
  play: Play,
  code: number | undefined,
  said: readonly Said[],
  job: Job,
  pushed: string,
): readonly string[] {
  const told = said.map(({ text }) => text);
  const { green = true, builds = 1, commit = pushed, shows = [], hides = [] } = play;
  const faults: string[] = [];
  if (code === undefined) faults.push('It did not end in time.');
  else if ((code === 0) !== green) faults.push(`It ended ${green ? 'red' : 'green'}.`);
  if (job.builds.length !== builds) faults.push(`CodeArts has ${job.builds.length} builds, not ${builds}.`);
  const running = job.builds.filter((build) => !build.ended);
  if (running.length > 0) faults.push(`${running.length} builds still run.`);
  const last = job.builds.at(-1);
  if (play.tag !== undefined && last?.facts.tag !== play.tag) faults.push(`The tag was ${last?.facts.tag}.`);
  else if (play.tag === undefined && commit !== '' && last?.commit !== commit)
    faults.push(`${last?.commit} was built, not ${commit}.`);
  const missing = shows.filter((form) => !told.some((text) => form.test(text)));
  faults.push(...missing.map((form) => `Nothing said ${form}.`));
  const leaked = hides.filter((form) => told.some((text) => form.test(text)));
  return [...faults, ...leaked.map((form) => `Something said ${form}.`)];
}
