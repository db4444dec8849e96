// Gathers what a run needs only after its first request, so that run.ts loads it then and the first request goes out
// sooner. In the bundle this is one file of its own.

export { createContext } from './context.ts';
export { cancel, fail, handleTimeout, leaveBuildRunning } from './early-exit.ts';
export { finishFollowedBuild } from './finish.ts';
export { followBuild } from './follow.ts';
export { reportProblems } from './report.ts';
export { reuse } from './reuse.ts';
export { attachToBuild, start } from './start.ts';
