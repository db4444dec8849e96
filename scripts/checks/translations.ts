// Every page in docs/zh translates the page of the same name in docs: both have as many headings and the same anchors,
// so that a link to one also works in the other.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.ts';
import type { Check } from './check.ts';

export const translations: Check = {
  name: 'pages in docs/zh have the headings and anchors of those in docs',
  problems: async () => {
    const names = readdirSync(join(root, 'docs/zh')).filter((name) => name.endsWith('.md'));
    return names.flatMap((name) => {
      const original = join(root, 'docs', name);
      const english = existsSync(original) ? readFileSync(original, 'utf8') : undefined;
      return translationFaults(name, readFileSync(join(root, 'docs/zh', name), 'utf8'), english);
    });
  },
};

/**
 * @param name the file name of both pages
 * @param english the text of the English page, undefined when there is none
 */
export function translationFaults(
  name: string,
  chinese: string,
  english: string | undefined,
): readonly string[] {
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
