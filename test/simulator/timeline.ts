/**
 * When each step of a run begins and ends, in milliseconds since the run's start.
 * Pure and fixed in advance: what a reader sees at some moment is a look at this plan. Refuses to know the clock.
 */
import type { ScenarioBody, Step } from './scenario.ts';

export interface PlannedStep {
  readonly step: Step;
  readonly from: number;
  readonly until: number;
  /** false: an earlier step failed, so this one never begins. */
  readonly runs: boolean;
}

export interface Plan {
  readonly steps: readonly PlannedStep[];
  /** From the run's start to its end. */
  readonly length: number;
  readonly result: string;
}

/** Finding the machine's feet before the first step, and sweeping up after the last. */
const beforeSteps = 400;
const afterSteps = 300;

/** `waiting`: milliseconds between the start and the first step, of a child that waits for others. */
export function planRun(body: ScenarioBody, speed: number, waiting = 0): Plan {
  let at = waiting + beforeSteps / speed;
  let failed = false;
  const steps = body.steps.map((step): PlannedStep => {
    const runs = !failed || step.always === true;
    const from = at;
    if (runs) at += (step.seconds * 1000) / speed;
    if (runs && step.result === 'error') failed = true;
    return { step, from, until: at, runs };
  });
  return {
    steps,
    length: at + afterSteps / speed,
    result: body.result ?? (failed ? 'FAILURE' : 'SUCCESS'),
  };
}

export type StepStatus = '' | 'running' | 'success' | 'error';

/** How a step stands `elapsed` milliseconds after the run's start; `stopped` cuts the run short. */
export function stepAt(
  planned: PlannedStep,
  elapsed: number,
  stopped: number | undefined,
): { status: StepStatus; milliseconds: number } {
  const cut = stopped !== undefined && stopped < planned.until;
  const reached = planned.runs && elapsed >= planned.from && !(cut && stopped < planned.from);
  if (!reached) return { status: '', milliseconds: 0 };
  if (cut && elapsed >= stopped) {
    return { status: 'error', milliseconds: Math.round(stopped - planned.from) };
  }
  if (elapsed < planned.until) {
    return { status: 'running', milliseconds: Math.round(elapsed - planned.from) };
  }
  return {
    status: planned.step.result ?? 'success',
    milliseconds: Math.round(planned.until - planned.from),
  };
}
