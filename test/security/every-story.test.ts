// Plays every built-in story with every secret in every place: in the names and lines of its steps, in the service's
// messages, in names, words and addresses of its answers, and in what it says of a rejected call; then searches all that
// leaves the step. The search itself is tested: it finds what an unredacted way out would show.

import { describe, expect, it } from 'vitest';
import {
  type CallName,
  type Editions,
  type Fault,
  type ScenarioName,
  type ScenarioSource,
  scenarioNamed,
  scenarioNames,
} from '../simulator/simulator.ts';
import { openWorld, type World } from '../story/story.ts';
import { encodings, headersOf, leaksIn, play, type SignIn, sensitive, signIns, unmarked } from './leaks.ts';

type Step = ScenarioSource['steps'][number];
type Body = Pick<ScenarioSource, 'steps' | 'errorMessage'>;

/** Both parameters and the keys in every encoding, a line each. */
function linesWith(secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) =>
    Object.values(encodings).map((encode) => `Error: login with ${encode(secret)} failed`),
  );
}

function laced<B extends Body>(body: B, secrets: readonly string[]): B {
  const all = secrets.join(' ');
  const steps = body.steps.map((step): Step => {
    const lines = [...(step.lines ?? []), ...linesWith(secrets)];
    return { ...step, name: `${step.name} ${all}`, lines };
  });
  return { ...body, steps, errorMessage: `${body.errorMessage ?? ''} ${all}` };
}

const inAddress = (text: string) => encodings['in a URL by RFC 3986']?.(text) ?? '';

/** Texts for people, and those whose form nobody knows; what the action works with stays as it is. */
const texts =
  /^(?:branch|tag|codeBranch|code_branch|commit|name|display_?name|job_?name|err_msg|error_(?:code|message)|faq|package_?type|type|step|build_?config_?type|secret_?value|value)$/i;
const rewritten: readonly CallName[] = [
  'record',
  'record-by-id',
  'details',
  'output',
  'analysis',
  'full-stages',
  'flow-graph',
  'file-info',
  'success-ratio',
];
/** What is merely good to know: its rejection quotes everything. */
const optional: readonly CallName[] = ['success-ratio', 'file-info', 'flow-graph', 'output'];

function spread(world: World, given: readonly string[]): void {
  const all = () => [...given, ...Object.values(headersOf(world))];
  for (const call of rewritten) {
    const rewrite: Extract<Fault, { kind: 'rewrite' }>['rewrite'] = (body) =>
      JSON.parse(JSON.stringify(body), (key, value: unknown) => {
        if (key === 'faq') return `https://help.example/?q=${all().map(inAddress).join('&')}`;
        return typeof value === 'string' && texts.test(key) ? `${value} ${all().join(' ')}` : value;
      });
    world.simulator.faults.add({ call, kind: 'rewrite', times: 1_000, rewrite });
  }
}

function reject(world: World, given: readonly string[]): void {
  const message = `${'x'.repeat(270)} ${given.join(' ')}`;
  for (const call of optional) {
    const headers = { 'x-request-id': encodeURIComponent(given.join(' ')).slice(0, 2_000) };
    const rejection = {
      kind: 'status',
      status: 403,
      code: `C ${given.join(' ')}`,
      message,
      headers,
    } as const;
    world.simulator.faults.add({ call, ...rejection, times: 1_000 });
  }
}

// A hundred megabytes of numbered lines add nothing to be searched.
const stories = scenarioNames.filter((name) => name !== 'large-log');
const cases = stories.map((name, index): [ScenarioName, SignIn, Editions] => [
  name,
  signIns[index % signIns.length] ?? 'access key',
  index % 3 === 0 ? 'new' : 'both',
]);

function lacedStory(name: ScenarioName, secrets: readonly string[]): ScenarioSource {
  const story = scenarioNamed(name);
  return {
    ...laced(story, secrets),
    children: story.children.map((child) => laced(child, secrets)),
  };
}

describe('no secret leaves the step', { timeout: 60_000 }, () => {
  it.each(cases)('in the story %s, signed in with the %s (editions: %s)', async (name, signIn, editions) => {
    const secrets = [sensitive, unmarked];
    const played = await play(lacedStory(name, secrets), {
      world: await openWorld({ editions }),
      signIn,
      arrange: (world) => spread(world, secrets),
    });
    expect({ leaks: leaksIn(played), result: played.step.output('result') }).toEqual({
      leaks: [],
      result: expect.stringMatching(/^(?:success|failure|aborted)$/),
    });
  });

  it.each(['success', 'failing-test', 'flow-failing'] as const)(
    'in the story %s with optional calls whose rejections quote it',
    async (name) => {
      const secrets = [sensitive, unmarked];
      const played = await play(lacedStory(name, secrets), { arrange: (world) => reject(world, secrets) });
      expect(leaksIn(played)).toEqual([]);
    },
  );
});

describe('the search finds', () => {
  it.each(Object.keys(encodings))('a secret that stands %s in any way out', async (how) => {
    const played = await play(lacedStory('success', []));
    const encode = encodings[how] ?? String;
    for (const way of Object.keys(played.ways)) {
      const ways = { ...played.ways, [way]: `${played.ways[way]} ${encode(sensitive)} ` };
      expect(leaksIn({ ...played, ways })).toContainEqual(expect.stringContaining(` in ${way}`));
    }
  });
});
