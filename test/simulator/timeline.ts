/** Plans when each step of a run begins and ends, in milliseconds after the start of the run. */
import type { ScenarioBody, Step } from './scenario.ts';

export interface PlannedStep {
  readonly step: Step;
  readonly from: number;
  readonly until: number;
  /** False when an earlier step failed and this one does not run. */
  readonly runs: boolean;
}

export interface Plan {
  readonly steps: readonly PlannedStep[];
  /** From the start of the run to its end. */
  readonly length: number;
  readonly result: string;
}

/** Preparation before the first step and cleanup after the last, in milliseconds. */
const beforeSteps = 400;
const afterSteps = 300;

/** `waiting`: how long a child waits for others before its first step, in milliseconds. */
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

/** The state of a step `elapsed` milliseconds after the start of the run; `stopped`: when the run was stopped. */
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
