// Tests which links the check of links between pages reports.

import { expect, it } from 'vitest';
import { linkFaults } from '../../scripts/checks/links.ts';

const files: Readonly<Record<string, string>> = {
  'README.md': '# Name\n## Permissions\n',
  'docs/help.md': '<a id="cb-1"></a>\n### CB.1: 权限不足 (403), `x`\n',
  docs: '',
};

function faults(text: string): readonly string[] {
  return linkFaults('docs/page.md', text, (path) => files[path]);
}

it('checks links to files, folders, headings and anchors, but not those to the web', () => {
  const text = `# Own heading
[a](../README.md) [b](../README.md#permissions) [c](help.md#cb-1) [d](help.md#cb1-权限不足-403-x)
[e](#own-heading) [f](../docs) [g](https://example.com/nowhere) [h](../../../issues/new)`;
  expect(faults(text)).toEqual([]);
});

it('reports broken links', () => {
  expect(faults('[a](gone.md) [b](../README.md#gone) [c](#gone)')).toEqual([
    'docs/page.md links to gone.md, which is not there.',
    'docs/page.md links to ../README.md#gone, but README.md has no such heading.',
    'docs/page.md links to #gone, but docs/page.md has no such heading.',
  ]);
});

it('ignores links in code', () => {
  expect(faults('`[a](gone.md)`\n```md\n[b](gone.md)\n```\n')).toEqual([]);
});
