// Lists how long the action keeps trying, by purpose, in milliseconds. How long a single request may take is set in
// huaweicloud/http.ts, how often a build is polled in builds/polling.ts, the search for a lost start in
// builds/find-lost-start.ts.

export const budgets = {
  /** Finding the job by its name. Nothing has started yet, so a service that is down for longer is reported. */
  findJob: 2 * 60_000,
  /** Reading the job's definition, a single attempt: the start does not depend on it. */
  definition: 10_000,
  /** Finding a successful build to reuse; each call. */
  reuse: 30_000,
  /** Repeating a start that had no effect because the service throttles or could not be reached. */
  start: 10 * 60_000,
  /** Repeating a start at an endpoint that most likely is wrong: no such host, connection refused, a web page. */
  startUnreachable: 30_000,
  /** Finding out why a start was rejected. */
  explain: 5_000,
  /** Waiting for the response to a start that was under way when the run was cancelled. */
  startGrace: 2_000,
  /** Looking for the build of such a start when the run was cancelled. */
  lostStartAfterCancel: 1_500,
  /** Waiting for the record of a build that is not waited for. */
  recordWithoutWait: 15_000,
  /** Following a build without a single good response. */
  contact: 10 * 60_000,
  /** Everything that is read after the build's end beside its log: steps, artifacts, children, diagnosis. */
  afterEnd: 15_000,
  /** Asking once more for the artifacts of a build that has just ended: they may be listed late (seen with 6 s). */
  artifactsLag: 15_000,
  /** Where a package is kept; each call. */
  packageFile: 5_000,
  /** The share of builds that succeeded, for the summary. */
  successRatio: 5_000,
  /** CodeArts' own analysis of a failure. */
  analysis: 5_000,
  /** The list of stages, by which the log of a failed step is requested. */
  stages: 5_000,
  /** Completing the build's own log from the full log, while no text arrives. */
  missingLog: 5 * 60_000,
  /** Completing a child's log from its full log; less for the next child once one took all of its time. */
  missingChildLog: 30_000,
  missingChildLogAgain: 3_000,
  /** Reading the logs after the build's end, at least, whatever `timeout-minutes` says. */
  logsAfterEnd: 5 * 60_000,
  /**
   * Polling a live log without its last line after the build's end, while no text arrives: it may lag behind, whether or
   * not the service promises more. The full log is read then, within 10 seconds in all.
   */
  logEnd: 8_300,
  /** Polling a live log of which only the last line has not come: it is written up to three seconds after the others (seen live). */
  lastLine: 5_000,
  /** Polling a live log that fails after the build's end. */
  failingLogEnd: 60_000,
  /** Polling a live log that goes on after the build's end. */
  endlessLog: 30 * 60_000,
  /** One request for the children of a build that is followed, and all of those after its end: the logs wait meanwhile. */
  followedChildren: 10_000,
  /** Reading the children of a build that was not followed. */
  children: 15_000,
  /** Downloading a log, while no text arrives. */
  download: 60_000,
  /** One download for `log-file`, in all. */
  wholeDownload: 5 * 60_000,
  /** Stopping the build after the runner's SIGINT; SIGTERM follows 7.5 s after it. */
  stopAfterCancel: 5_000,
  /** Stopping the build after `timeout-minutes`, or in the post step. */
  stop: 60_000,
  /** Publishing the first commit status: the log waits for it. */
  pendingStatus: 3_000,
  /** Publishing the final commit status. */
  finalStatus: 10_000,
  /** Publishing the final commit status when the run was cancelled. */
  statusAfterCancel: 1_000,
  /** Reading the build's record in the post step, for the link in the commit status. */
  cleanupRecord: 3_000,
} as const;
