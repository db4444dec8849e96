// A simulator that ends with its test.

import { onTestFinished } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';

export async function begin(options: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator(options);
  onTestFinished(() => simulator.close());
  return simulator;
}
