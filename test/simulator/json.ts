/** Defines JSON as a type and as a schema. */
import * as v from 'valibot';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Accepts any JSON. */
export const jsonSchema: v.GenericSchema<Json> = v.lazy(() =>
  v.union([
    v.null(),
    v.boolean(),
    v.number(),
    v.string(),
    v.array(jsonSchema),
    v.record(v.string(), jsonSchema),
  ]),
);
