// Seeds property tests for `npm run mutation`, so that scores of different runs can be compared, and skips the search
// for the smallest failing case, which does not matter when a mutant is killed.

import fc from 'fast-check';

fc.configureGlobal({ seed: 20_260_112, endOnFailure: true });
