// Tests every transient fault of every call of a run: after each of them there is one build, its whole log is printed,
// and the step passes with all its outputs.

import { describe, expect, it } from 'vitest';
import type { CallName, Fault } from '../simulator/simulator.ts';
import { editions, openWorld, tell } from './story.ts';
import { expectWholeSuccess } from './whole.ts';

type Strike = (call: CallName) => Fault;

/** Faults of any call: what a person would call them, and how the server brings them about. */
const faults: Readonly<Record<string, Strike>> = {
  'a reset before the call arrived': (call) => ({ call, kind: 'reset-before' }),
  'a reset after the call took effect': (call) => ({ call, kind: 'reset-after' }),
  'no answer to a call that never arrived': (call) => ({ call, kind: 'hang-before' }),
  'no answer to a call that took effect': (call) => ({ call, kind: 'hang-after' }),
  'an answer cut in the middle': (call) => ({ call, kind: 'truncated', keep: 0.5 }),
  'an answer cut after its first byte': (call) => ({ call, kind: 'truncated', keep: 0.01 }),
  'a cut answer that claims to be whole': (call) => ({ call, kind: 'truncated', keep: 0.5, honest: true }),
  'an empty answer': (call) => ({ call, kind: 'empty-body' }),
  'an answer that is half a JSON': (call) => ({ call, kind: 'not-json' }),
  'JSON inside a JSON string': (call) => ({ call, kind: 'json-string' }),
  'a page of a proxy with HTTP 200': (call) => ({ call, kind: 'html', status: 200 }),
  'a page of a proxy with HTTP 200 after the call took effect': (call) => ({
    call,
    kind: 'html',
    status: 200,
    acted: true,
  }),
  'a page of a proxy with HTTP 502': (call) => ({ call, kind: 'html', status: 502 }),
  'a page of a proxy with HTTP 503 after the call took effect': (call) => ({
    call,
    kind: 'html',
    status: 503,
    acted: true,
  }),
  'HTTP 500': (call) => ({ call, kind: 'status', status: 500 }),
  'HTTP 500 after the call took effect': (call) => ({ call, kind: 'status', status: 500, acted: true }),
  'HTTP 502': (call) => ({ call, kind: 'status', status: 502 }),
  'HTTP 503 with a Retry-After': (call) => ({
    call,
    kind: 'status',
    status: 503,
    headers: { 'Retry-After': '7' },
  }),
  'HTTP 504 after the call took effect': (call) => ({ call, kind: 'status', status: 504, acted: true }),
  'HTTP 429 without a Retry-After': (call) => ({ call, kind: 'status', status: 429, code: 'APIGW.0308' }),
  'HTTP 429 with a Retry-After in seconds': (call) => ({ call, kind: 'throttled', retryAfter: '3' }),
  'HTTP 429 with a Retry-After as a date': (call) => ({ call, kind: 'throttled', retryAfterMs: 9_000 }),
  'HTTP 429 with a Retry-After of zero': (call) => ({ call, kind: 'throttled', retryAfter: '0' }),
  'HTTP 429 with a Retry-After that makes no sense': (call) => ({ call, kind: 'throttled', retryAfter: 'x' }),
  'HTTP 400 that means too frequent': (call) => ({ call, kind: 'too-frequent' }),
  'HTTP 500 that means busy': (call) => ({ call, kind: 'busy' }),
  'HTTP 500 that means busy, though the call took effect': (call) => ({ call, kind: 'busy', acted: true }),
  'HTTP 200 that says it failed inside': (call) => ({ call, kind: 'status-fail' }),
  'HTTP 200 that says it is busy': (call) => ({ call, kind: 'status-fail', code: 'CB.00060100' }),
  'an answer that takes its time': (call) => ({ call, kind: 'delay', ms: 60 }),
  'a connection that closes after the answer': (call) => ({ call, kind: 'close-idle' }),
  'an answer that is compressed unasked': (call) => ({ call, kind: 'gzip' }),
  'an answer with a byte order mark': (call) => ({ call, kind: 'byte-order-mark' }),
  'an answer with 32 KB of headers': (call) => ({ call, kind: 'big-headers', bytes: 32_000 }),
};

/** The call that lists the steps. */
const steps: CallName = editions === 'new' ? 'full-stages' : 'details';
const calls: readonly CallName[] = ['start', 'record', 'log', steps, 'output', 'full-log'];
const quick = { answerTimeoutMs: 150, connectTimeoutMs: 1_000 };

async function tellWith(strikes: readonly Fault[]): Promise<void> {
  const world = await openWorld();
  for (const fault of strikes) world.simulator.faults.add(fault);
  // The full log is asked for only where the live one breaks: here after its first answer.
  if (strikes.some(({ call }) => call === 'full-log')) {
    world.simulator.faults.add({
      call: 'log',
      kind: 'status',
      status: 403,
      code: 'APIGW.0302',
      after: 1,
      times: 3,
    });
  }
  const told = await tell({ world, http: quick });
  if (strikes.some(({ call }) => call === 'full-log')) {
    expect(told.recorder.annotations.map(({ level }) => level)).toEqual(['warning']);
    told.recorder.annotations.length = 0;
  }
  expectWholeSuccess(told);
  expect(world.simulator.faults.injected).toBeGreaterThanOrEqual(strikes.length);
}

describe.each(calls)('%s', (call) => {
  it.each(Object.keys(faults))('survives %s', async (name) => {
    const fault = faults[name];
    if (fault) await tellWith([fault(call)]);
  });

  // A full log is read twice at most: log-end.test.ts has one that comes cut each time. What is read after the build's
  // end has 15 seconds in all: after-the-end.test.ts has those that are throttled for longer.
  const isOptional = call === steps || call === 'output';
  const cutFiles = ['a cut answer that claims to be whole', 'an empty answer'];
  const survivable = Object.keys(faults).filter(
    (name) =>
      !name.startsWith('no answer') &&
      !(isOptional && /Retry-After|too frequent/.test(name)) &&
      !(call === 'full-log' && cutFiles.includes(name)),
  );
  it.each(survivable)('survives %s, three times in a row', async (name) => {
    const fault = faults[name];
    if (fault) await tellWith([{ ...fault(call), times: 3 }]);
  });
});
