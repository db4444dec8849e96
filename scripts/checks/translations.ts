// Checks that docs and docs/zh have the same pages, and that both pages of a name have as many headings and the same
// anchors, so that a link to one also works in the other.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.ts';
import type { Check } from './check.ts';

export const translations: Check = {
  name: 'docs and docs/zh have the same pages, headings and anchors',
  problems: async () => {
    const names = [...pagesIn('docs'), ...pagesIn('docs/zh')];
    return [...new Set(names)].flatMap((name) =>
      translationFaults(name, textOf(join('docs/zh', name)), textOf(join('docs', name))),
    );
  },
};

function pagesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
}

function textOf(path: string): string | undefined {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
}

/**
 * @param name the file name of both pages
 * @param chinese the text of the Chinese page, undefined if there is none
 * @param english the text of the English page, undefined if there is none
 */
export function translationFaults(
  name: string,
  chinese: string | undefined,
  english: string | undefined,
): readonly string[] {
  if (chinese === undefined) return [`docs/zh/${name} is missing: docs/${name} has no translation.`];
  if (english === undefined) return [`docs/zh/${name} translates docs/${name}, which is not there.`];
  const [here, there] = [outlineOf(chinese), outlineOf(english)];
  const counts =
    here.headings === there.headings
      ? []
      : [`docs/zh/${name} has ${here.headings} headings, docs/${name} has ${there.headings}.`];
  return [
    ...counts,
    ...there.anchors
      .filter((id) => !here.anchors.includes(id))
      .map((id) => `docs/zh/${name} lacks the anchor ${id}.`),
    ...here.anchors
      .filter((id) => !there.anchors.includes(id))
      .map((id) => `docs/zh/${name} has the anchor ${id}, which docs/${name} lacks.`),
  ];
}

function outlineOf(text: string): { readonly headings: number; readonly anchors: readonly string[] } {
  const prose = text.replace(/^ *```.*?^ *```/gms, '');
  return {
    headings: [...prose.matchAll(/^#+ /gm)].length,
    anchors: [...prose.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id),
  };
}
