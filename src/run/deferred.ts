// Gathers what a run needs only after its first request, so that run.ts loads it then and the first request goes out
// sooner. In the bundle this is one file of its own.

export { createContext } from './context.ts';
export { endCancelled, endFailed, endTimedOut, endWithoutWaiting } from './early-exit.ts';
export { finishFollowedBuild, finishReusedBuild, followBuild } from './follow-build.ts';
export { reportProblems } from './report.ts';
export { attachToBuild, reuseBuild, startNewBuild } from './start-build.ts';
