// Lists what errors of Docker, shells, Git and common command-line tools look like, and the forms of errors that many
// tools share. They are tried last.

import { before, error, type Pattern } from './pattern.ts';

export const generalPatterns: readonly Pattern[] = [
  // Docker, BuildKit and Kubernetes
  error(
    50,
    'Docker build context',
    /(?<message>(?:unable to prepare context: |[Dd]ockerfile parse error |failed to read dockerfile: ).+)$/,
  ),
  error(
    20,
    'command that failed in an image',
    /^(?:(?:#\d+ )?ERROR: (?:failed to (?:build|solve): )?process .+|The command '.+' returned a non-zero code: \d+)$/,
  ),
  error(
    40,
    'BuildKit failure',
    /^ERROR: (?<message>failed to (?:build|solve|push|compute|export|fetch).+|.*pull access denied.+)$/,
  ),
  error(30, 'BuildKit step', /^#\d+ ERROR: (?<message>.+)$/),
  error(
    40,
    'Docker error',
    /^(?:docker: )?(?<message>(?:COPY failed|ADD failed|Error response from daemon|denied|unauthorized|toomanyrequests|no basic auth credentials|Cannot connect to the Docker daemon|manifest for|invalid reference format|error during connect|Error from server)\b.*)$/,
  ),
  before('place in a Dockerfile', /^(?<file>[^\s:]*[Dd]ockerfile[^\s:]*):(?<line>\d+)$/),
  // Shells, Git and common command-line tools
  error(
    40,
    'system error',
    /^(?<message>.+[:：] ?(?:command not found|not found|未找到命令|no such file or directory|没有那个文件或目录|permission denied|权限不够|cannot execute.*|is a directory|not a directory|no space left on device|设备上没有空间|cannot allocate memory|argument list too long|connection refused|connection timed out|could not resolve host.*))\.?$/i,
    { except: /\bWARN|\bDEBUG\b|^\+ / },
  ),
  error(40, 'unknown command of Windows', /^'[^']+' (?:is not recognized as|不是内部或外部命令).*$/),
  error(40, 'curl error', /^curl: \(\d+\) .+$/),
  error(40, 'Git error', /^(?:fatal|致命错误)[:：] ?.+$/, {
    except: /not a git repository \(or any|no tag exactly|No names found/,
  }),
  error(40, 'SSH error', /^(?:\S.*Permission denied \(.+|Host key verification failed.*)$/),
  error(
    40,
    'crash',
    /^(?:\S+: line \d+: +\d+ )?(?:Killed|Segmentation fault|Aborted|Illegal instruction|段错误|已杀死).*$/,
  ),
  error(30, 'error in a script', /^\S+: (?:line |行 ?)\d+: .+$/),
  // Forms that many tools share
  error(
    40,
    'exception',
    /^\s*(?:Exception in thread "[^"]*" |Unhandled exception\. |Unhandled Exception: |Uncaught )?(?<message>(?:[\w$]+\.)*[\w$]*(?:Exception|Error)(?: \[\w+\])?: .+)$/,
    { except: /\b(?:0|no) errors?\b/i },
  ),
  error(50, 'statement of an error', /^error: (?<message>.+)$/, {
    except: /\b(?:0|no) errors?\b|^error: (?:Recipe|script) /i,
  }),
  error(
    30,
    'line that begins with error',
    /^(?:[^\s:]+: )?(?:fatal error|error|Error|ERROR|Fatal error|错误)[:：] ?\S.*$/,
    { except: /\b(?:0|no) errors?\b/i },
  ),
  error(
    10,
    'failed build',
    /^(?:BUILD FAILURE|BUILD FAILED.*|Build FAILED.*|FAILED|FAIL\b.*|FAILED: .+|hvigor ERROR: .+)$/,
  ),
];
