// What the check of README.md finds.

import { describe, expect, it } from 'vitest';
import { chinese, readmeFaults } from '../../scripts/checks/readme.ts';

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
| Input | Default | Meaning |
| --- | --- | --- |
| \`region\` | \`HUAWEI_CLOUD_REGION\` of the environment | such as \`cn-north-4\` |
| \`log\` | \`stream\` | \`stream\` \\| \`off\` |

| Output | Meaning |
| --- | --- |
| \`result\` | how it ended |

\`\`\`yaml
- uses: OWNER/codearts-build-action@v1
  with:
    region: cn-north-4
- uses: actions/upload-artifact@v4
  with:
    name: log
\`\`\`
`;

describe('the check of README.md', () => {
  it('takes tables that tell what action.yml tells', () => {
    expect(readmeFaults(good, metadata)).toEqual([]);
  });

  it('finds an input and an output that no table names', () => {
    const faults = readmeFaults(good.replace(/^\| `(log|result)`.*\n/gm, ''), metadata);
    expect(faults).toEqual([
      'The input log is in no table of README.md.',
      'The output result is in no table of README.md.',
    ]);
  });

  it('finds an input that action.yml does not have', () => {
    const faults = readmeFaults(good.replace('| `region` |', '| `region`, `zone` |'), metadata);
    expect(faults).toEqual(['README.md tells of an input that action.yml does not have: zone.']);
  });

  it('finds a default that differs, and one that there is not', () => {
    const faults = readmeFaults(
      good.replace('| `stream` | `stream`', '| `off` | `stream`').replace(' of the environment', ''),
      metadata,
    );
    expect(faults).toEqual([
      'README.md gives region the default HUAWEI_CLOUD_REGION; in action.yml it is none.',
      'README.md gives log the default off; in action.yml it is stream.',
    ]);
  });

  it('finds an input in an example that action.yml does not have', () => {
    const faults = readmeFaults(good.replace('    region: cn-north-4', '    regoin: cn-north-4'), metadata);
    expect(faults).toEqual(['An example in README.md gives an input that action.yml does not have: regoin.']);
  });

  it('reads the Chinese page by its own headings', () => {
    const page = good
      .replace('| Input | Default | Meaning |', '| 输入 | 默认值 | 含义 |')
      .replace('| Output | Meaning |', '| 输出 | 含义 |');
    expect(readmeFaults(page, metadata, 'README.zh.md', chinese)).toEqual([]);
    expect(
      readmeFaults(page.replace('`stream` | `stream`', '`off` | '), metadata, 'README.zh.md', chinese),
    ).toEqual(['README.zh.md gives log the default off; in action.yml it is stream.']);
  });
});
