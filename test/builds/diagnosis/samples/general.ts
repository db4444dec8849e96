// Samples for the patterns of Docker, shells and common tools, and for the forms that many tools share.

import type { SampleTable } from './samples.ts';

export const generalSamples: SampleTable = {
  'Docker build context': {
    matches: [
      'unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ***//Dockerfile: no such file or directory',
      'ERROR: failed to solve: dockerfile parse error on line 3: unknown instruction: RUNN',
    ],
    others: ['[internal] load build context'],
  },
  'command that failed in an image': {
    matches: [
      'ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2',
      "The command '/bin/sh -c npm ci' returned a non-zero code: 1",
    ],
    others: ['Step 3/7 : RUN npm ci'],
  },
  'BuildKit failure': {
    matches: [
      'ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref x: "/confg": not found',
      'ERROR: failed to push swr.example.com/shop/api: unexpected status: 403 Forbidden',
    ],
    others: ['=> ERROR [build 4/6] COPY confg/ /app/config/'],
  },
  'BuildKit step': {
    matches: [
      '#9 ERROR: failed to calculate checksum of ref 7bq2::x1: "/confg": not found',
      '#3 ERROR: swr.example.com/base/node:99: not found',
    ],
    others: ['#9 [build 4/6] COPY confg/ /app/config/'],
  },
  'Docker error': {
    matches: [
      'Error response from daemon: manifest for node:99 not found: manifest unknown',
      'denied: You may not login yet',
      'COPY failed: file not found in build context or excluded by .dockerignore: stat confg: file does not exist',
    ],
    others: ['5f70bf18a086: Preparing'],
  },
  'system error': {
    matches: [
      './build.sh: line 14: zpi: command not found',
      'build.sh:行3: mvnn: 未找到命令',
      "cp: cannot stat 'target/app.jar': No such file or directory",
      'open config.yaml: no such file or directory',
    ],
    others: ['+ echo tool: command not found', 'WARN cache: no such file or directory'],
  },
  'unknown command of Windows': {
    matches: [
      "'mvnn' is not recognized as an internal or external command,",
      "'mvnn' 不是内部或外部命令，也不是可运行的程序",
    ],
    others: ["'mvn' is recognized"],
  },
  'curl error': {
    matches: [
      'curl: (22) The requested URL returned error: 404',
      'curl: (6) Could not resolve the name repo.example.com',
    ],
    others: ['curl 8.5.0 (x86_64-pc-linux-gnu)'],
  },
  'Git error': {
    matches: [
      "fatal: repository 'https://codehub.example.com/shop/api.git/' not found",
      "fatal: couldn't find remote ref refs/heads/mian",
    ],
    others: [
      'fatal: not a git repository (or any of the parent directories): .git',
      'fatal: no tag exactly matches HEAD',
    ],
  },
  'SSH error': {
    matches: ['git@codehub.example.com: Permission denied (publickey).', 'Host key verification failed.'],
    others: ["Warning: Permanently added 'codehub.example.com' (ED25519) to the list of known hosts."],
  },
  crash: {
    matches: [
      'build.sh: line 4:   381 Killed                  node build.js',
      'Segmentation fault (core dumped)',
    ],
    others: ['Aborting the upload of 0 files'],
  },
  'error in a script': {
    matches: [
      'deploy.sh: line 3: TARGET: unbound variable',
      "build.sh: line 9: syntax error near unexpected token `fi'",
    ],
    others: ['see line 3: it says why'],
  },
  exception: {
    matches: [
      'TypeError: no version',
      'Exception in thread "main" java.lang.IllegalStateException: no price',
      'Unhandled exception. System.InvalidOperationException: no price',
    ],
    others: ['    throw new Error(message);', 'Errors: 0'],
  },
  'statement of an error': {
    matches: [
      'error: cannot find macro `printn` in this scope',
      "error: pathspec 'mian' did not match any file(s)",
    ],
    others: ['error: 0 errors, 2 warnings', 'error: script "build" exited with code 1'],
  },
  'line that begins with error': {
    matches: ['ERROR: the licence server does not answer', 'gradle: error: no such option', '错误：没有目标'],
    others: ['error: no errors found', 'errors were not found'],
  },
  'failed build': {
    matches: ['BUILD FAILURE', 'FAIL src/cart/total.test.ts', 'BUILD FAILED in 4s'],
    others: ['BUILD SUCCESSFUL in 4s', 'BUILD SUCCESS'],
  },
};
