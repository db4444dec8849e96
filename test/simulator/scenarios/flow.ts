/** Multi-task builds: a parent and its children in a graph, each with its own log. */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';
import { containerStop } from './parts.ts';

type ChildSource = NonNullable<ScenarioSource['children']>[number];

function child(
  name: string,
  needs: readonly string[],
  seconds: number,
  more: Partial<ChildSource> = {},
): ChildSource {
  return {
    name,
    needs: [...needs],
    steps: [
      checkout(name, 0.4),
      {
        name: `构建 ${name}`,
        mark: 'external_shell',
        marked: true,
        moduleId: 'devcloud2018.codeci_action_20010.action',
        seconds,
        lines: [
          { text: `+ make ${name}`, level: 'raw' },
          ...Array.from({ length: 6 }, (_, part) => ({
            text: `[${name}] 编译模块 ${part + 1}/6`,
            level: 'raw' as const,
          })),
          containerStop,
        ],
      },
    ],
    ...more,
  };
}

const packageOf = (name: string): Partial<ChildSource> => ({
  artifacts: {
    packages: {
      [`${name}.tar.gz`]: {
        name: `${name}.tar.gz`,
        packageType: 'tar.gz',
        uri: `/flow/{{daily}}/${name}.tar.gz`,
      },
    },
  },
});

const failed = (name: string): Partial<ChildSource> => ({
  errorMessage: 'DEV.CB.0210043: 构建失败',
  steps: [
    checkout(name, 0.4),
    {
      name: `构建 ${name}`,
      mark: 'external_shell',
      marked: true,
      seconds: 1.5,
      result: 'error',
      error: { code: 'DEV.CB.0210043', message: '命令执行失败，退出码: 2。' },
      lines: [
        { text: `+ make ${name}`, level: 'raw' },
        { text: `make: *** [${name}] Error 2`, level: 'raw' },
      ],
    },
  ],
});

const dispatch = {
  name: '解析构建流',
  mark: 'build_flow',
  seconds: 0.5,
  lines: [
    { text: '读取 .cloudbuild/build.yml', tagged: true },
    { text: '触发子任务', tagged: true },
  ],
};

export const flowDiamond: ScenarioSource = {
  name: 'flow-diamond',
  description: 'four children in a diamond, triggered at once (eager), each makes a package',
  strategy: 'eager',
  steps: [dispatch],
  children: [
    child('core', [], 3, packageOf('core')),
    child('client', ['core'], 4, packageOf('client')),
    child('server', ['core'], 2, packageOf('server')),
    child('bundle', ['client', 'server'], 2, packageOf('bundle')),
  ],
};

export const flowLazy: ScenarioSource = {
  ...flowDiamond,
  name: 'flow-lazy',
  description: 'the same diamond, each child triggered when those that it needs are done (lazy)',
  strategy: 'lazy',
};

export const flowFailing: ScenarioSource = {
  name: 'flow-failing',
  description: 'the middle one of three fails, the last is skipped, one beside them succeeds; FAILURE',
  strategy: 'lazy',
  errorMessage: 'DEV.CB.0210043: 子任务 middle 构建失败',
  steps: [dispatch],
  children: [
    child('first', [], 1.5, packageOf('first')),
    child('middle', ['first'], 1.5, failed('middle')),
    child('last', ['middle'], 1),
    child('beside', ['first'], 3),
  ],
};

export const flowThirty: ScenarioSource = {
  name: 'flow-thirty',
  description: '30 children in ten rows of three; the parent writes no log at all',
  strategy: 'lazy',
  quiet: true,
  steps: [{ ...dispatch, lines: [] }],
  children: Array.from({ length: 30 }, (_, place) => {
    const row = Math.floor(place / 3);
    const needs = row === 0 ? [] : [`part-${place - 2}`];
    return child(`part-${place + 1}`, needs, 0.5 + (place % 3) * 0.3);
  }),
};
