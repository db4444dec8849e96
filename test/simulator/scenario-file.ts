/**
 * Loads scenarios that people write as JSON files. An error names the file and the place in it.
 */
import { readFile } from 'node:fs/promises';
import { readScenario, type Scenario, ScenarioError } from './scenario.ts';

export async function loadScenarioFile(path: string): Promise<Scenario> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ScenarioError(path, [
      `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  });
  let source: unknown;
  try {
    source = JSON.parse(text);
  } catch (error) {
    throw new ScenarioError(path, [`is not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  return readScenario(source, path);
}
