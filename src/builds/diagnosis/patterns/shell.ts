// Lists what errors of shells, Git and common command-line tools look like.

import type { ErrorPattern } from './pattern.ts';

export const shellErrors: readonly ErrorPattern[] = [
  {
    name: 'system error',
    expression:
      /^(?<message>.+[:：] ?(?:command not found|not found|未找到命令|no such file or directory|没有那个文件或目录|permission denied|权限不够|cannot execute.*|is a directory|not a directory|no space left on device|设备上没有空间|cannot allocate memory|argument list too long|connection refused|connection timed out|could not resolve host.*))\.?$/i,
    weight: 40,
    except: /\bWARN|\bDEBUG\b|^\+ /,
  },
  {
    name: 'unknown command of Windows',
    expression: /^(?<message>'[^']+' (?:is not recognized as|不是内部或外部命令).*)$/,
    weight: 40,
  },
  { name: 'curl error', expression: /^(?<message>curl: \(\d+\) .+)$/, weight: 40 },
  {
    name: 'Git error',
    expression: /^(?<message>(?:fatal|致命错误)[:：] ?.+)$/,
    weight: 40,
    except: /not a git repository \(or any|no tag exactly|No names found/,
  },
  {
    name: 'SSH error',
    expression: /^(?<message>\S.*Permission denied \(.+|Host key verification failed.*)$/,
    weight: 40,
  },
  {
    name: 'crash',
    expression:
      /^(?<message>(?:\S+: line \d+: +\d+ )?(?:Killed|Segmentation fault|Aborted|Illegal instruction|段错误|已杀死).*)$/,
    weight: 40,
  },
  { name: 'error in a script', expression: /^(?<message>\S+: (?:line |行 ?)\d+: .+)$/, weight: 30 },
];
