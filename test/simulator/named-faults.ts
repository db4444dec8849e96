/**
 * Lists the ways in which a real service may be less friendly than the simulator, each with a name. They hold from the
 * moment when they are switched on: `startSimulator({ faults: [name] })`, `enableFault(name)`, `--fault NAME`.
 */
import type { Build } from './build.ts';
import type { Cloud } from './cloud.ts';
import type { Fault, Faults } from './faults.ts';
import type { Gateway } from './gateway.ts';
import type { Json } from './json.ts';
import type { ReceivedRequest } from './received-request.ts';
import { rewriteJson } from './rewrite-json.ts';

interface Target {
  readonly cloud: Cloud;
  readonly gateway: Gateway;
  readonly faults: Faults;
}

interface NamedFault {
  /** What the service does then, for lists. */
  readonly description: string;
  readonly enable: (target: Target) => void;
}

const always = Number.POSITIVE_INFINITY;

/** How late outputs and graphs are, in milliseconds of the simulator's clock. */
const lateMs = { outputs: 4_000, graph: 6_000 };

const adding =
  (...faults: readonly Fault[]) =>
  (target: Target): void => {
    for (const fault of faults) target.faults.add(fault);
  };

const overriding =
  (overrides: Partial<Cloud['overrides']>) =>
  ({ cloud }: Target): void => {
    cloud.overrides = { ...cloud.overrides, ...overrides, log: { ...cloud.overrides.log, ...overrides.log } };
  };

const failing = (call: 'output' | 'details' | 'flow-graph'): Fault => ({
  call,
  kind: 'status',
  status: 500,
  times: always,
});

const hanging = (call: 'output' | 'details' | 'success-ratio' | 'job'): Fault => ({
  call,
  kind: 'hang-before',
  times: always,
});

const ofFiles = (
  effect: { kind: 'redirect' } | { kind: 'content-type'; type: string | undefined },
): readonly Fault[] =>
  (['full-log', 'full-log-v3', 'step-log'] as const).map((call) => ({ ...effect, call, times: always }));

const noOutputs: Json = {
  result: { package_info: null, package_infos: null, image_infos: null },
  error: null,
  status: 'success',
};

export const namedFaults = {
  'outputs-late': {
    description: 'output-info lists nothing until four seconds after the end of the build',
    enable: ({ cloud, faults }) =>
      faults.add({
        call: 'output',
        kind: 'rewrite',
        times: always,
        when: (request) => {
          const endedAt = buildOf(cloud, request)?.endedAt;
          return endedAt !== undefined && cloud.clock.now() < endedAt + lateMs.outputs;
        },
        rewrite: () => noOutputs,
      }),
  },
  'outputs-fail': { description: 'output-info answers 500', enable: adding(failing('output')) },
  'outputs-hang': { description: 'output-info never answers', enable: adding(hanging('output')) },
  'details-fail': { description: 'history-details answers 500', enable: adding(failing('details')) },
  'details-hang': { description: 'history-details never answers', enable: adding(hanging('details')) },
  'details-no-history': {
    description: 'history-details of a build that never got an executor answers 403 CB.00031059',
    enable: ({ cloud, faults }) =>
      faults.add({
        call: 'details',
        kind: 'status',
        status: 403,
        code: 'CB.00031059',
        message: '不存在构建历史',
        times: always,
        when: (request) => buildOf(cloud, request)?.startedAt === undefined,
      }),
  },
  'ratio-hang': { description: 'success-ratio never answers', enable: adding(hanging('success-ratio')) },
  'definition-hang': {
    description: 'the definition of the job is never answered',
    enable: adding(hanging('job')),
  },
  'no-task-list': {
    description: 'logs do not list all tasks near the end',
    enable: overriding({ log: { allTasksStatus: false } }),
  },
  'no-last-line': {
    description: 'logs do not end with "Finished: RESULT"',
    enable: overriding({ log: { finished: 'absent' } }),
  },
  'line-after-last': {
    description: 'logs have a line after "Finished: RESULT"',
    enable: overriding({ log: { afterFinished: '[JobStatusPlugin] status was reported' } }),
  },
  'last-line-late': {
    description: '"Finished: RESULT" appears three seconds after the end of the build',
    enable: overriding({ log: { finishedAfterSeconds: 3 } }),
  },
  'small-pieces': {
    description: 'the live log comes in pieces of a thousand characters at most',
    enable: adding({ call: 'log', kind: 'pieces', units: 1_000, times: always }),
  },
  'log-lags-silently': {
    description: 'the live log lags three seconds behind and has_more_data is false during that time',
    enable: (target) => {
      overriding({ logLagSeconds: 3 })(target);
      adding({ call: 'log', kind: 'has-more-never', times: always })(target);
    },
  },
  'graph-forbidden': {
    description: 'flow-graph answers 403 APIGW.0302',
    enable: adding({ call: 'flow-graph', kind: 'status', status: 403, code: 'APIGW.0302', times: always }),
  },
  'graph-gone': {
    description: 'the v3 flow-graph has been removed: 404 APIGW.0101',
    enable: adding({
      call: 'flow-graph',
      kind: 'status',
      status: 404,
      code: 'APIGW.0101',
      times: always,
      when: ({ path }) => /\/v3\/[^/]+\/flow-graph$/.test(path),
    }),
  },
  'graph-fails': { description: 'flow-graph answers 500', enable: adding(failing('flow-graph')) },
  'graph-null': {
    description: 'flow-graph answers a result of null',
    enable: adding({
      call: 'flow-graph',
      kind: 'rewrite',
      times: always,
      rewrite: () => ({ success: true, result: null }),
    }),
  },
  'graph-empty': {
    description: 'flow-graph lists no children',
    enable: adding({ call: 'flow-graph', kind: 'rewrite', times: always, rewrite: () => emptyGraph }),
  },
  'graph-late': {
    description: 'flow-graph lists no children until six seconds after the start of the build',
    enable: ({ cloud, faults }) =>
      faults.add({
        call: 'flow-graph',
        kind: 'rewrite',
        times: always,
        when: (request) => {
          const startedAt = recordOf(cloud, request)?.startedAt;
          return startedAt !== undefined && cloud.clock.now() < startedAt + lateMs.graph;
        },
        rewrite: () => emptyGraph,
      }),
  },
  'children-without-times': {
    description: 'flow-graph gives no times of children',
    enable: adding(rewriteJson('flow-graph', /"((?:start|finish)_time)":"[^"]*"/g, '"$1":null')),
  },
  'children-without-numbers': {
    description: 'flow-graph gives no build numbers of children',
    enable: adding(rewriteJson('flow-graph', /"build_no":"\d+"/g, '"build_no":null')),
  },
  'children-of-another-job': {
    description: 'flow-graph numbers children by another job',
    enable: adding(
      rewriteJson(
        'flow-graph',
        /"build_no":"(\d+)"/g,
        (_, number) => `"build_no":"${Number(number) + 1_000}"`,
      ),
    ),
  },
  'token-bucket': {
    description: 'one call of each kind a second, bursts of five; 429 with a Retry-After of 1 or 2',
    enable: ({ gateway }) => {
      gateway.limit = { callsPerMinute: 60, style: 'token-bucket' };
    },
  },
  'no-retry-after': {
    description: 'records and logs are throttled three times in a row, without a Retry-After',
    enable: adding(
      { call: 'record', kind: 'throttled', retryAfter: null, after: 2, times: 3 },
      { call: 'log', kind: 'throttled', retryAfter: null, after: 2, times: 3 },
    ),
  },
  'too-frequent': {
    description: 'every third request for a record or a log answers 400 CB.00060211',
    enable: ({ faults }) => {
      let requests = 0;
      const third = (): boolean => {
        requests += 1;
        return requests % 3 === 0;
      };
      for (const call of ['record', 'log'] as const) {
        faults.add({ call, kind: 'too-frequent', times: always, when: third });
      }
    },
  },
  'record-slow': {
    description: 'records take ten seconds',
    enable: adding({ call: 'record', kind: 'delay', ms: 10_000, times: always }),
  },
  'all-slow': {
    description: 'every call takes five seconds',
    enable: adding({ call: '*', kind: 'delay', ms: 5_000, times: always }),
  },
  'web-page': {
    description: 'every call answers 200 with the web page of a proxy',
    enable: adding({ call: '*', kind: 'html', status: 200, times: always }),
  },
  'unknown-result': {
    description: 'the record of a successful build says COMPLETED',
    enable: adding(rewriteJson('record', '"status":"SUCCESS"', '"status":"COMPLETED"')),
  },
  'file-type-json': {
    description: 'log files are declared as application/json',
    enable: adding(...ofFiles({ kind: 'content-type', type: 'application/json' })),
  },
  'file-type-html': {
    description: 'log files are declared as text/html',
    enable: adding(...ofFiles({ kind: 'content-type', type: 'text/html' })),
  },
  'file-type-absent': {
    description: 'log files have no content type',
    enable: adding(...ofFiles({ kind: 'content-type', type: undefined })),
  },
  'file-redirect': {
    description: 'log files are answered with a 302 to an object store, which wants no signature',
    enable: adding(...ofFiles({ kind: 'redirect' })),
  },
  gzip: {
    description: 'answers are compressed, whether the client accepts that or not',
    enable: adding({ call: '*', kind: 'gzip', times: always }),
  },
  'byte-order-mark': {
    description: 'answers begin with a byte order mark',
    enable: adding({ call: '*', kind: 'byte-order-mark', times: always }),
  },
  'big-headers': {
    description: 'answers have 32 KB of headers',
    enable: adding({ call: '*', kind: 'big-headers', bytes: 32_000, times: always }),
  },
  'start-late': {
    description: 'the first start takes effect 61 seconds after it was sent',
    enable: adding({ call: 'start', kind: 'delay', ms: 61_000 }),
  },
  'first-record-rejected': {
    description: 'the first request for a record answers 400 CB.00060200',
    enable: adding({ call: 'record', kind: 'status', status: 400, code: 'CB.00060200' }),
  },
  'list-entry-unreadable': {
    description: 'the first build in build-info-records has no number',
    enable: adding(rewriteJson('records', /("job_build_states":\[\{"number":)\d+/g, '$1null')),
  },
  'no-project-id': {
    description: 'records do not contain the project id',
    enable: adding(rewriteJson('record', /"devcloud_project_id":"[^"]*"/g, '"devcloud_project_id":null')),
  },
  'file-info-refused': {
    description: 'files/info answers 403: codeartsartifact:releaseRepo:read is missing',
    enable: adding({ call: 'file-info', kind: 'status', status: 403, code: 'APIGW.0302', times: always }),
  },
  'old-edition-gone': {
    description: 'the calls of /v3 and /v4 answer 404 APIGW.0101: only those of /v1 are served',
    enable: ({ cloud }) => {
      cloud.editions = 'new';
    },
  },
  'new-edition-gone': {
    description: 'the calls of /v1 answer 404 APIGW.0101: only those of /v3 and /v4 are served',
    enable: ({ cloud }) => {
      cloud.editions = 'old';
    },
  },
} as const satisfies Record<string, NamedFault>;

const emptyGraph: Json = { success: true, result: { edges: [], vertices: [] } };

export type FaultName = keyof typeof namedFaults;

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(namedFaults, name);

export const faultNames: readonly FaultName[] = Object.keys(namedFaults).filter(isFaultName);

/** The build whose job and number the path names. */
function buildOf(cloud: Cloud, { path }: ReceivedRequest): Build | undefined {
  const [, jobId, number] = /\/([0-9a-z]{32})\/(\d+)\//.exec(path) ?? [];
  return cloud.jobs.get(jobId ?? '')?.buildByNumber(Number(number));
}

/** The build whose record id the path names. */
function recordOf(cloud: Cloud, { path }: ReceivedRequest): Build | undefined {
  const [, recordId] = /\/([0-9a-f-]{36})\//.exec(path) ?? [];
  return [...cloud.jobs.values()]
    .flatMap(({ builds }) => builds)
    .find((build) => build.recordId === recordId);
}
