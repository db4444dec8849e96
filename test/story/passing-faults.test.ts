// Tests every transient fault of every call of a run: after each of them there is one build, its whole log is printed,
// and the step passes with all its outputs.

import { describe, expect, it } from 'vitest';
import type { CallName, Fault } from '../simulator/simulator.ts';
import { editions, openWorld, runStep } from './story.ts';
import { expectWholeSuccess } from './whole.ts';

type MakeFault = (call: CallName) => Fault;

/** Faults of any call: their descriptions, and how the server produces them. */
const faults: Readonly<Record<string, MakeFault>> = {
  'a reset before the call arrived': (call) => ({ call, kind: 'reset-before' }),
  'a reset after the call took effect': (call) => ({ call, kind: 'reset-after' }),
  'no response to a call that never arrived': (call) => ({ call, kind: 'hang-before' }),
  'no response to a call that took effect': (call) => ({ call, kind: 'hang-after' }),
  'a response truncated in the middle': (call) => ({ call, kind: 'truncated', keep: 0.5 }),
  'a response truncated after its first byte': (call) => ({ call, kind: 'truncated', keep: 0.01 }),
  'a truncated response with a matching content length': (call) => ({
    call,
    kind: 'truncated',
    keep: 0.5,
    honest: true,
  }),
  'an empty response': (call) => ({ call, kind: 'empty-body' }),
  'a response with half of its JSON': (call) => ({ call, kind: 'not-json' }),
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
  'HTTP 429 with an invalid Retry-After': (call) => ({ call, kind: 'throttled', retryAfter: 'x' }),
  'HTTP 400 that means too frequent': (call) => ({ call, kind: 'too-frequent' }),
  'HTTP 500 that means busy': (call) => ({ call, kind: 'busy' }),
  'HTTP 500 that means busy, though the call took effect': (call) => ({ call, kind: 'busy', acted: true }),
  'HTTP 200 with an internal error': (call) => ({ call, kind: 'status-fail' }),
  'HTTP 200 that means busy': (call) => ({ call, kind: 'status-fail', code: 'CB.00060100' }),
  'a slow response': (call) => ({ call, kind: 'delay', ms: 60 }),
  'a connection that closes after the response': (call) => ({ call, kind: 'close-idle' }),
  'a response that is compressed without being requested': (call) => ({ call, kind: 'gzip' }),
  'a response with a byte order mark': (call) => ({ call, kind: 'byte-order-mark' }),
  'a response with 32 KB of headers': (call) => ({ call, kind: 'big-headers', bytes: 32_000 }),
};

/** The call that lists the steps. */
const steps: CallName = editions === 'new' ? 'full-stages' : 'details';
const calls: readonly CallName[] = ['start', 'record', 'log', steps, 'output', 'full-log'];
const quick = { answerTimeoutMs: 150, connectTimeoutMs: 1_000 };

async function runStepWith(injected: readonly Fault[]): Promise<void> {
  const world = await openWorld();
  for (const fault of injected) world.simulator.faults.add(fault);
  // The full log is requested only when the live one fails, here after its first response.
  if (injected.some(({ call }) => call === 'full-log')) {
    world.simulator.faults.add({
      call: 'log',
      kind: 'status',
      status: 403,
      code: 'APIGW.0302',
      after: 1,
      times: 3,
    });
  }
  const step = await runStep({ world, http: quick });
  if (injected.some(({ call }) => call === 'full-log')) {
    expect(step.recorder.annotations.map(({ level }) => level)).toEqual(['warning']);
    step.recorder.annotations.length = 0;
  }
  expectWholeSuccess(step);
  expect(world.simulator.faults.injected).toBeGreaterThanOrEqual(injected.length);
}

describe.each(calls)('a run whose call %s fails', (call) => {
  it.each(Object.entries(faults))('passes after %s', async (_, fault) => {
    await runStepWith([fault(call)]);
  });

  // A full log is read twice at most: log-end.test.ts tests one that is cut each time. Calls after the build's end
  // share a budget of 15 seconds: after-the-end.test.ts tests those that are throttled for longer.
  const isOptional = call === steps || call === 'output';
  const cutFiles = ['a truncated response with a matching content length', 'an empty response'];
  const survivable = Object.entries(faults).filter(
    ([name]) =>
      !name.startsWith('no response') &&
      !(isOptional && /Retry-After|too frequent/.test(name)) &&
      !(call === 'full-log' && cutFiles.includes(name)),
  );
  it.each(survivable)('passes after three times %s', async (_, fault) => {
    await runStepWith([{ ...fault(call), times: 3 }]);
  });
});
