// Tests that `log-file` saves the logs of a multi-task build one after the other, none inside another.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { familyOf, linesOf } from './flow.ts';
import { openWorld, runStep, type StoryOptions } from './story.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flow-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The parts of the file by child; the parts of the parent are joined. */
function partsOf(file: string): Map<string, string> {
  const parts = new Map<string, string>();
  let whose = '';
  for (const line of readFileSync(join(folder, file), 'utf8').split(/(?<=\n)/)) {
    const heading = /^── (?:log of (\S+).*|rest of the parent build's log) ──\n$/.exec(line);
    if (heading === null) parts.set(whose, (parts.get(whose) ?? '') + line);
    else whose = heading[1] ?? '';
  }
  return parts;
}

async function saved(options: StoryOptions) {
  const inputs = { 'log-file': 'build.log', ...options.inputs };
  const step = await runStep({ ...options, env: { GITHUB_WORKSPACE: folder }, inputs });
  const { parent, children } = familyOf(step);
  return { step, parent, children, parts: partsOf('build.log') };
}

describe('log-file of a multi-task build', () => {
  it.each(['flow-diamond', 'flow-failing', 'flow-thirty'] as const)(
    'holds each log of %s, byte for byte',
    async (scenario) => {
      const { parent, children, parts } = await saved({ job: { scenario } });
      for (const [name, child] of children) {
        if (child.startedAt !== undefined) expect(parts.get(name), name).toBe(child.log);
      }
      expect(parts.get('') ?? '').toBe(linesOf(parent).length === 0 ? '' : parent.log);
    },
  );

  it.each(['on-failure', 'stream'])(
    'holds each log with its DEBUG lines when the step requests them, with log: %s',
    async (log) => {
      const inputs = { log, 'log-level': 'DEBUG' };
      const { parent, children, parts } = await saved({ job: { scenario: 'flow-failing' }, inputs });
      const debug = (build = parent) => {
        const text = build.logs.text('DEBUG');
        return text.characters(0, text.writtenAt(build.logs.elapsed, 'characters'));
      };
      expect(parts.get('')).toBe(debug());
      expect([...parts.keys()]).toEqual(['', 'first', 'middle', 'beside']);
      for (const name of ['first', 'middle', 'beside'])
        expect(parts.get(name)).toBe(debug(children.get(name)));
    },
  );

  it('holds no log of a child that never ran, which is not requested either', async () => {
    const inputs = { log: 'on-failure', 'log-level': 'DEBUG' };
    const { step, parent, children } = await saved({ job: { scenario: 'flow-failing' }, inputs });
    const ran = [...children.values()].filter(({ startedAt }) => startedAt !== undefined);
    const downloads = step.world.simulator.requests.filter(
      ({ call, query }) => call === 'full-log' && query.get('log_level') === 'DEBUG',
    );
    expect(downloads.map(({ path }) => path.split('/').at(-2)).sort()).toEqual(
      [parent, ...ran].map(({ recordId }) => recordId).sort(),
    );
  });

  it("is reported as incomplete when the log of a child that ran can't be downloaded", async () => {
    const world = await openWorld();
    world.simulator.faults.add({
      call: 'full-log',
      kind: 'status',
      status: 403,
      code: 'CB.00031059',
      after: 1,
      times: 1,
    });
    const inputs = { log: 'on-failure', 'log-level': 'DEBUG' };
    const { step } = await saved({ world, job: { scenario: 'flow-diamond' }, inputs });
    expect(step.recorder.annotations.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('log-file: the log could not be saved: '),
    );
  });

  it("keeps a line of the parent whole when a child's log begins in the middle of it", async () => {
    // The newer edition names these calls differently.
    const world = await openWorld({ editions: 'both' });
    const half = (body: unknown) => {
      const json = JSON.parse(JSON.stringify(body));
      const { content } = json.result;
      const kept = content.slice(0, content.length - 20);
      return { ...json, result: { ...json.result, content: kept, offset: Buffer.byteLength(kept) } };
    };
    world.simulator.faults.add({ call: 'log', kind: 'rewrite', rewrite: half });
    const { step, parent, parts } = await saved({ world, job: { scenario: 'flow-lazy' } });
    expect(parts.get('')).toBe(parent.log);
    const shown = step.recorder.remoteLines;
    for (const line of linesOf(parent)) expect(shown).toContain(line);
  });
});
