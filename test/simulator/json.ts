/** JSON as a type and as a schema. Refuses to know what any of it means. */
import * as v from 'valibot';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Any JSON at all, for what is kept as it came. */
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
