// Lists what errors of Docker, BuildKit and Kubernetes' tools look like.

import type { ContextPattern, ErrorPattern } from './pattern.ts';

export const dockerErrors: readonly ErrorPattern[] = [
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
];

export const dockerContexts: readonly ContextPattern[] = [
  {
    name: 'place in a Dockerfile',
    expression: /^(?<file>[^\s:]*[Dd]ockerfile[^\s:]*):(?<line>\d+)$/,
    position: 'before',
  },
];
