// A report on a build that failed, and the record that it read; tests change what they are about.

import { nothingFound } from '../../../src/builds/diagnosis/diagnosis.ts';
import { emptyOutcome } from '../../../src/builds/outcome.ts';
import type { BuildRecord } from '../../../src/codearts/build-schemas.ts';
import type { BuildReport } from '../../../src/github/report/build-report.ts';

export const record: BuildRecord = {
  recordId: '0f1c2d3e-0000-4000-8000-000000000000',
  parentRecordId: '',
  configType: 'ACTION',
  projectId: 'project',
  buildNumber: 7,
  dailyBuildNumber: '20260131.1',
  status: 'FAILURE',
  commitId: 'a3dacedeadbeefdeadbeefdeadbeefdeadbeef12',
  branch: '',
  tag: '',
  createdAt: undefined,
  startedAt: undefined,
  finishedAt: undefined,
  durationMs: undefined,
  message: '',
};

export const report: BuildReport = {
  job: 'shop-backend',
  buildNumber: 7,
  result: 'failure',
  record,
  buildUrl: 'https://devcloud.example.com/detail/history/f9d6',
  commitId: 'a3dacedeadbeefdeadbeefdeadbeefdeadbeef12',
  commitUrl: '',
  message: '',
  stoppedBy: '',
  outcome: emptyOutcome,
  finding: nothingFound,
  mismatch: '',
  exitMessage: undefined,
};
