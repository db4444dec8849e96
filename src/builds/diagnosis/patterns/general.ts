// Lists what errors of Docker, shells, Git and common command-line tools look like, and the forms of errors that many
// tools share. They are tried last.

import type { PatternTable } from './pattern.ts';

export const generalPatterns: PatternTable = {
  errors: [
    // Docker, BuildKit and Kubernetes
    {
      name: 'Docker build context',
      expression:
        /(?<message>(?:unable to prepare context: |[Dd]ockerfile parse error |failed to read dockerfile: ).+)$/,
      weight: 50,
    },
    {
      name: 'command that failed in an image',
      expression:
        /^(?<message>(?:#\d+ )?ERROR: (?:failed to (?:build|solve): )?process .+|The command '.+' returned a non-zero code: \d+)$/,
      weight: 20,
    },
    {
      name: 'BuildKit failure',
      expression:
        /^ERROR: (?<message>failed to (?:build|solve|push|compute|export|fetch).+|.*pull access denied.+)$/,
      weight: 40,
    },
    { name: 'BuildKit step', expression: /^#\d+ ERROR: (?<message>.+)$/, weight: 30 },
    {
      name: 'Docker error',
      expression:
        /^(?:docker: )?(?<message>(?:COPY failed|ADD failed|Error response from daemon|denied|unauthorized|toomanyrequests|no basic auth credentials|Cannot connect to the Docker daemon|manifest for|invalid reference format|error during connect|Error from server)\b.*)$/,
      weight: 40,
    },
    // Shells, Git and common command-line tools
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
    // Forms that many tools share
    {
      name: 'exception',
      expression:
        /^\s*(?:Exception in thread "[^"]*" |Unhandled exception\. |Unhandled Exception: |Uncaught )?(?<message>(?:[\w$]+\.)*[\w$]*(?:Exception|Error)(?: \[\w+\])?: .+)$/,
      weight: 40,
      except: /\b(?:0|no) errors?\b/i,
    },
    {
      name: 'statement of an error',
      expression: /^error: (?<message>.+)$/,
      weight: 50,
      except: /\b(?:0|no) errors?\b|^error: (?:Recipe|script) /i,
    },
    {
      name: 'line that begins with error',
      expression: /^(?<message>(?:[^\s:]+: )?(?:fatal error|error|Error|ERROR|Fatal error|错误)[:：] ?\S.*)$/,
      weight: 30,
      except: /\b(?:0|no) errors?\b/i,
    },
    {
      name: 'failed build',
      expression:
        /^(?<message>BUILD FAILURE|BUILD FAILED.*|Build FAILED.*|FAILED|FAIL\b.*|FAILED: .+|hvigor ERROR: .+)$/,
      weight: 10,
    },
  ],
  contexts: [
    // Docker, BuildKit and Kubernetes
    {
      name: 'place in a Dockerfile',
      expression: /^(?<file>[^\s:]*[Dd]ockerfile[^\s:]*):(?<line>\d+)$/,
      position: 'before',
    },
  ],
};
