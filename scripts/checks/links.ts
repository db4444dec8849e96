// Checks that links between pages of the repository lead to a file, and to a heading or anchor in it, that exist. Links to
// the web are not followed.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { root } from '../paths.ts';
import type { Check } from './check.ts';

export const links: Check = {
  name: 'links between pages lead somewhere',
  problems: async () => {
    const pages = ['.', 'docs', 'docs/zh', 'examples', 'test/simulator'].flatMap((folder) => pagesIn(folder));
    return pages.flatMap((path) => linkFaults(path, readPage(path) ?? '', readPage));
  },
};

/**
 * @param path of the page, relative to the repository
 * @param read the text of a file, empty for a folder, undefined when there is none
 */
export function linkFaults(
  path: string,
  text: string,
  read: (path: string) => string | undefined,
): readonly string[] {
  const prose = text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const inside = targets.filter((target) => !/^[a-z]+:/.test(target) && !target.startsWith('../../../'));
  return inside.flatMap((target) => {
    const [file = '', anchor] = target.split('#');
    const other = file === '' ? path : posix.join(posix.dirname(path), decodeURIComponent(file));
    const found = file === '' ? text : read(other);
    if (found === undefined) return [`${path} links to ${target}, which is not there.`];
    if (anchor === undefined || anchorsOf(found).has(decodeURIComponent(anchor))) return [];
    return [`${path} links to ${target}, but ${other} has no such heading.`];
  });
}

/** The anchors that GitHub creates for headings, and those that a page sets itself. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm)];
  const made = headings.map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...made, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
}

function pagesIn(folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
  return names.map((name) => posix.join(folder, name));
}

function readPage(path: string): string | undefined {
  const full = join(root, dirname(path), posix.basename(path));
  if (!existsSync(full)) return undefined;
  return statSync(full).isDirectory() ? '' : readFileSync(full, 'utf8');
}
