/**
 * Converts the schema of scenario files to JSON Schema. It cannot express that a child needs only earlier ones; loading a
 * file checks that.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import { scenarioSchema } from './scenario.ts';

export const scenarioJsonSchema = () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...toJsonSchema(scenarioSchema, { typeMode: 'input', target: 'draft-2020-12' }),
  title: 'Scenario of the CodeArts Build simulator',
});
