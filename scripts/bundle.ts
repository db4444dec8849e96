// Makes the files that GitHub runs out of src/ and the packages it uses: one file for each entry, and the licences
// of what is inside. Same input, same bytes on any machine: no paths, times or source maps get in.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { actionsCoreParts, undiciParts } from './bundled-parts.ts';
import { root } from './paths.ts';

export interface Bundle {
  /** Bytes by file name. */
  readonly sizes: ReadonlyMap<string, number>;
  /** The bundled packages as `name@version`, sorted. */
  readonly packages: readonly string[];
  /** Bytes of main.cjs by package, the largest first; `src` for our own. */
  readonly shares: ReadonlyMap<string, number>;
}

export async function bundle(folder: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { main: 'src/main.ts', post: 'src/post.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    plugins: [undiciParts, actionsCoreParts],
    write: false,
    logLevel: 'silent',
  });
  const packages = await bundledPackages(metafile);
  const files = new Map<string, Uint8Array>();
  for (const file of outputFiles) files.set(file.path.replace(/^.*[\\/]/, ''), file.contents);
  files.set('LICENSES.txt', Buffer.from(licencesText(packages)));

  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  return {
    sizes: new Map([...files].map(([name, bytes]) => [name, bytes.length])),
    packages: packages.map(({ name, version }) => `${name}@${version}`),
    shares: sharesOf(metafile, 'dist/main.cjs'),
  };
}

function sharesOf(metafile: Metafile, output: string): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const [input, { bytesInOutput }] of Object.entries(metafile.outputs[output]?.inputs ?? {})) {
    const owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? 'src';
    shares.set(owner, (shares.get(owner) ?? 0) + bytesInOutput);
  }
  return new Map([...shares].sort(([, a], [, b]) => b - a));
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

/** The packages that the bundles took a file from. Two versions of one package are two. */
async function bundledPackages(metafile: Metafile): Promise<readonly Package[]> {
  const folders = new Set<string>();
  for (const output of Object.values(metafile.outputs)) {
    for (const input of Object.keys(output.inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
      if (folder !== undefined) folders.add(folder);
    }
  }
  const packages = await Promise.all([...folders].map((folder) => readPackage(join(root, folder))));
  return packages.sort((a, b) => byCodeUnits(`${a.name}@${a.version}`, `${b.name}@${b.version}`));
}

async function readPackage(folder: string): Promise<Package> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const names = (await readdir(folder))
    .filter((name) => /^(licen[cs]e|notice)/i.test(name))
    .sort(byCodeUnits);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return {
    name: textOf(manifest, 'name'),
    version: textOf(manifest, 'version'),
    licence: textOf(manifest, 'license'),
    text: texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n'),
  };
}

function textOf(manifest: unknown, key: string): string {
  const value = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, key) : undefined;
  if (typeof value !== 'string') throw new Error(`A bundled package tells no ${key} in its package.json.`);
  return value;
}

function licencesText(packages: readonly Package[]): string {
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  const parts = packages.map(({ name, version, licence, text }) =>
    [`${name} ${version} (${licence})`, text].filter((part) => part !== '').join('\n\n'),
  );
  return `The files in this folder contain the following packages.${rule}${parts.join(rule)}\n`;
}

/** Not by locale, which differs between machines. */
function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
