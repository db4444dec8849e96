// The answer that tells how many of a job's builds succeeded, read leniently. Reference 4.9.

import * as v from 'valibot';
import { result, wholeNumber } from './lenient.ts';

/** Of the builds of some days. */
export interface SuccessRatio {
  readonly succeeded: number;
  readonly total: number;
}

/** Reference 4.9. */
export const successRatio = v.pipe(
  result,
  v.object({ success_count: wholeNumber, total_count: wholeNumber }),
  v.transform((from): SuccessRatio => ({ succeeded: from.success_count, total: from.total_count })),
);
