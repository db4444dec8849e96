/**
 * Builds whose logs have exactly the form of published logs: a shell step on a custom executor that succeeds or fails,
 * and a Docker build on a public executor that fails.
 */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';

type StepSource = ScenarioSource['steps'][number];
type LineSource = NonNullable<StepSource['lines']>[number];

const raw = (text: string): LineSource => ({ text, level: 'raw' });

const shellLines: readonly LineSource[] = [
  raw('+ set -euo pipefail'),
  raw('+ OUT=***//shop/out'),
  raw('+ apt-get install -y python3-pytest'),
  raw(''),
  { text: '(Reading database ... ', level: 'raw', end: '\r' },
  { text: '(Reading database ... 5%', level: 'raw', end: '\r' },
  { text: '(Reading database ... 100%', level: 'raw', end: '\r' },
  raw('(Reading database ... 18472 files and directories currently installed.)'),
  raw('+ python3 -m pytest tests'),
  raw('============================= test session starts =============================='),
  raw('collected 3 items'),
];

const shell = (more: Partial<StepSource>, lines: readonly LineSource[]): ScenarioSource['steps'] => [
  checkout('shop-backend', 1.5),
  {
    name: '执行shell命令',
    mark: 'external_shell',
    moduleId: 'devcloud2018.codeci_action_20010.action',
    seconds: 5,
    ...more,
    lines: [...shellLines, ...lines],
  },
];

export const shellSuccess: ScenarioSource = {
  name: 'shell-success',
  description: 'a shell step without marks on a custom executor; ends as SUCCESS',
  steps: shell({}, [
    raw('tests/test_stock.py ...                                                   [100%]'),
    raw('============================== 3 passed in 1.02s ==============================='),
    'stored ***//shop/out/stock.whl',
  ]),
};

export const shellFailing: ScenarioSource = {
  name: 'shell-failing',
  description: 'pytest fails in a shell step without marks on a custom executor; ends as FAILURE',
  errorMessage: 'DEV.CB.0210043: 命令执行失败',
  steps: shell(
    {
      result: 'error',
      error: {
        code: 'DEV.CB.0210043',
        message: '命令执行失败，退出码: 1',
        faq: 'https://support.huaweicloud.com/codeci_faq/codeci_faq_1020.html',
      },
    },
    [
      raw('tests/test_stock.py .F.                                                   [100%]'),
      raw('=================================== FAILURES ==================================='),
      raw('Traceback (most recent call last):'),
      raw('  File "***//shop/stock/reserve.py", line 297, in reserve'),
      raw('    raise RuntimeError('),
      raw('RuntimeError: reservation refused: sold out'),
      raw('FAILED tests/test_stock.py::test_reserve - RuntimeError: reservation refused: sold out'),
    ],
  ),
};

export const dockerFailing: ScenarioSource = {
  name: 'docker-failing',
  description: 'docker build finds no Dockerfile on a public executor, log in English; ends as FAILURE',
  language: 'en',
  errorMessage: 'DEV.CB.0210043: Docker build image failed',
  steps: [
    checkout('shop-backend', 1.2, 'en'),
    {
      name: 'buildImage',
      mark: 'buildImage',
      moduleId: 'devcloud2018.codeci_action_20003.action',
      seconds: 1.5,
      result: 'error',
      error: { code: 'DEV.CB.0210043', message: 'Docker build image failed' },
      lines: [
        {
          text: 'docker login -u cn-north-4@HPUAEXAMPLEACCESSKEY -p ******** swr.cn-north-4.myhuaweicloud.com',
          tagged: true,
        },
        raw('+ docker build -t swr.cn-north-4.myhuaweicloud.com/shop/app:v{{number}} -f ***//Dockerfile .'),
        raw(
          'unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ***//Dockerfile: no such file or directory',
        ),
        { text: 'Execute docker command failed, exit code 1', level: 'ERROR', tagged: true, at: 1.5 },
      ],
    },
  ],
};
