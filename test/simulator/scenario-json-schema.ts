/**
 * The schema of scenario files as JSON Schema, made of the one that reads them.
 * Refuses to say what JSON Schema can't: that a child needs only earlier ones is checked on load alone.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import { scenarioSchema } from './scenario.ts';

export const scenarioJsonSchema = () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...toJsonSchema(scenarioSchema, { typeMode: 'input', target: 'draft-2020-12' }),
  title: 'Scenario of the CodeArts Build simulator',
});
