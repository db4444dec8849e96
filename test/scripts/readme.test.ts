// Tests which differences the check of README.md against action.yml reports.

import { describe, expect, it } from 'vitest';
import { chinese, english, readmeFaults } from '../../scripts/checks/readme.ts';

const metadata = {
  name: 'name',
  description: 'description',
  inputs: {
    region: { description: 'region', required: false },
    log: { description: 'log', required: false, default: 'stream' },
  },
  outputs: { result: { description: 'result' } },
  runs: { using: 'node24', main: 'main/index.js', post: 'post/index.js' },
};

const good = `
\`\`\`yaml
- uses: OWNER/codearts-build-action@v1
  with:
    region: cn-north-4
- uses: actions/upload-artifact@v4
  with:
    name: log
\`\`\`

## Inputs

\`\`\`yaml
- uses: OWNER/codearts-build-action@v1
  with:
    # Every input
    region: "" # such as cn-north-4
    log: stream # or "off"
\`\`\`

## Outputs

| Output | Meaning |
| --- | --- |
| \`result\` | how it ended |
`;

describe('the check of README.md', () => {
  it('accepts a block and a table that agree with action.yml', () => {
    expect(readmeFaults(good, metadata, english)).toEqual([]);
  });

  it('reports an input and an output that are missing', () => {
    const faults = readmeFaults(
      good.replace(/^ {4}log: stream.*\n|^\| `result`.*\n/gm, ''),
      metadata,
      english,
    );
    expect(faults).toEqual(['README.md lacks the input log.', 'README.md lacks the output result.']);
  });

  it('reports all inputs as missing when there is no block', () => {
    const faults = readmeFaults(good.replace('## Inputs', '## Other'), metadata, english);
    expect(faults).toEqual(['README.md lacks the input region.', 'README.md lacks the input log.']);
  });

  it('reports an input that action.yml does not have', () => {
    const faults = readmeFaults(
      good.replace('    log:', '    zone: "" # where\n    log:'),
      metadata,
      english,
    );
    expect(faults).toEqual([
      'README.md lists the input zone, which action.yml does not have.',
      'A workflow in README.md passes the input zone, which action.yml does not have.',
    ]);
  });

  it('reports a default that differs, and one that action.yml does not have', () => {
    const page = good.replace('log: stream', 'log: "off"').replace('region: ""', 'region: cn-north-1');
    expect(readmeFaults(page, metadata, english)).toEqual([
      'README.md gives region the default "cn-north-1"; in action.yml it is "".',
      'README.md gives log the default "off"; in action.yml it is "stream".',
    ]);
  });

  it('reports an input without a comment', () => {
    const faults = readmeFaults(good.replace(' # or "off"', ''), metadata, english);
    expect(faults).toEqual(['README.md gives log no comment.']);
  });

  it('reports an input in another workflow that action.yml does not have', () => {
    const faults = readmeFaults(
      good.replace('region: cn-north-4\n', 'regoin: cn-north-4\n'),
      metadata,
      english,
    );
    expect(faults).toEqual([
      'A workflow in README.md passes the input regoin, which action.yml does not have.',
    ]);
  });

  it('reads the Chinese page by its own headings', () => {
    const page = good.replace('## Inputs', '## 输入').replace('| Output | Meaning |', '| 输出 | 含义 |');
    expect(readmeFaults(page, metadata, chinese)).toEqual([]);
    expect(readmeFaults(page.replace('log: stream', 'log: "off"'), metadata, chinese)).toEqual([
      'README.zh.md gives log the default "off"; in action.yml it is "stream".',
    ]);
  });
});
