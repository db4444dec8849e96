// Tests which differences the check of the Chinese pages against the English ones reports.

import { expect, it } from 'vitest';
import { translationFaults } from '../../scripts/checks/translations.ts';

const english = '# Help\n<a id="cb-1"></a>\n## Refused\n```sh\n# a comment\n```\n';

it('accepts a translation with the same headings and anchors, whatever its code contains', () => {
  expect(translationFaults('help.md', '# 帮助\n<a id="cb-1"></a>\n## 被拒绝\n', english)).toEqual([]);
});

it('reports a translation without an English page', () => {
  expect(translationFaults('help.md', '# 帮助\n', undefined)).toEqual([
    'docs/zh/help.md translates docs/help.md, which is not there.',
  ]);
});

it('reports an English page without a translation', () => {
  expect(translationFaults('help.md', undefined, english)).toEqual([
    'docs/zh/help.md is missing: docs/help.md has no translation.',
  ]);
});

it('reports a missing heading, a missing anchor and an anchor that the English page lacks', () => {
  expect(translationFaults('help.md', '# 帮助\n<a id="cb-2"></a>\n', english)).toEqual([
    'docs/zh/help.md has 1 headings, docs/help.md has 2.',
    'docs/zh/help.md lacks the anchor cb-1.',
    'docs/zh/help.md has the anchor cb-2, which docs/help.md lacks.',
  ]);
});
