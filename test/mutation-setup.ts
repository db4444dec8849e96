// Only for `npm run mutation`: property tests draw the same cases in each run, so that a score can be compared with
// the last one, and end with the first failure. Which case is the smallest is of no interest when a mutant dies.

import fc from 'fast-check';

fc.configureGlobal({ seed: 20_260_112, endOnFailure: true });
