// Starts a simulator that closes when its test ends.

import { onTestFinished } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';

export async function openSimulator(options: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator(options);
  onTestFinished(() => simulator.close());
  return simulator;
}
