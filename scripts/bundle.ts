// Builds the files that GitHub runs: tsc compiles src/ to lib/, esbuild drops what is not used of the packages that are
// ES modules, ncc bundles each entry with all its packages, and esbuild minifies. The bytes do not depend on the machine
// or the folder.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile, transform } from 'esbuild';
import { root, toolScript } from './paths.ts';

export interface Bundle {
  /** The files by their path below dist/. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** The bundled packages as `name@version`, sorted. */
  readonly packages: readonly string[];
  /** Bytes before minification by package, the largest first, of what the main step always loads; `src` for our own. */
  readonly shares: ReadonlyMap<string, number>;
}

const entries = ['main', 'post'] as const;
const linkedFolder = 'lib/linked';
const execute = promisify(execFile);

/** @param project a folder with the sources, the packages that they use, and ncc */
export async function bundle(project: string = root): Promise<Bundle> {
  await rm(join(project, 'lib'), { recursive: true, force: true });
  await run(project, [toolScript('typescript/bin/tsc'), '-p', 'tsconfig.build.json']);
  // Without a type, ncc reads the modules as what they are and writes CommonJS, which Node loads faster.
  await writeFile(join(project, 'lib/package.json'), '{}\n');
  const linked = await link(project);
  const results = await Promise.all(entries.map((entry) => bundleEntry(project, entry, linked)));
  const files = new Map(results.flatMap(({ files }) => [...files]));
  const modules = results.flatMap((result) => result.modules);
  const packages = await readPackages(project, modules);
  files.set('package.json', Buffer.from('{"type":"commonjs"}\n'));
  files.set('LICENSES.txt', Buffer.from(licensesText(packages)));
  const main = results[0]?.modules ?? [];
  return {
    files,
    packages: packages.map(({ name, version }) => `${name}@${version}`),
    shares: sharesOf(main.filter(({ initial }) => initial)),
  };
}

/** Runs a script of Node. @throws Error with what it printed */
async function run(cwd: string, args: readonly string[]): Promise<void> {
  try {
    await execute(process.execPath, args, { cwd });
  } catch (error) {
    const { stdout = '', stderr = '' } = error instanceof Error ? { stdout: '', stderr: '', ...error } : {};
    throw new Error(`${args[0]} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/**
 * Joins our modules with the packages that can be tree-shaken. ncc would keep all of valibot, and loading it costs each
 * step a twentieth of its start-up.
 */
async function link(project: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: entries.map((entry) => `lib/${entry}.js`),
    outdir: linkedFolder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'es2024',
    // jsonc-parser has its ES modules there.
    mainFields: ['module', 'main'],
    // CommonJS, or with side effects: nothing can be dropped of them.
    external: ['@actions/*', 'undici'],
    charset: 'utf8',
    metafile: true,
    logLevel: 'error',
  });
  return metafile;
}

/** Writes a bundle as the content of a folder. */
export async function writeBundle({ files }: Bundle, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [name, bytes] of files) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}

interface Module {
  /** Relative to the project, such as ./node_modules/undici/index.js. */
  readonly name: string;
  readonly size: number;
  /** Loaded with the entry, not by a later import(). */
  readonly initial: boolean;
}

interface EntryResult {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly modules: readonly Module[];
}

async function bundleEntry(project: string, entry: string, linked: Metafile): Promise<EntryResult> {
  await mkdir(join(project, '.tmp'), { recursive: true });
  const out = await mkdtemp(join(project, `.tmp/ncc-${entry}-`));
  try {
    const stats = `${out}.json`;
    // ncc derives module ids from paths below the working directory, those of its own loaders included.
    const cli = join(project, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
    const options = ['--no-cache', '--target', 'es2024', '--quiet', '--stats-out', stats, '--out', out];
    await run(project, [cli, 'build', `${linkedFolder}/${entry}.js`, ...options]);
    const modules = modulesOf(JSON.parse(await readFile(stats, 'utf8')), linked);
    await rm(stats);
    const names = (await readdir(out)).filter((name) => name.endsWith('.js'));
    const files = names.sort(byCodeUnits).map(async (name): Promise<[string, Buffer]> => {
      const { code } = await transform(await readFile(join(out, name), 'utf8'), {
        minify: true,
        target: 'node24',
        charset: 'utf8',
        legalComments: 'none',
      });
      return [`${entry}/${name}`, Buffer.from(code)];
    });
    return { files: new Map(await Promise.all(files)), modules };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

interface StatsModule {
  readonly name: string;
  readonly size: number;
  readonly chunks: readonly number[];
  readonly modules?: readonly StatsModule[];
}

/** A module that ncc or esbuild joined with others is listed as its parts. */
function modulesOf(
  stats: {
    readonly chunks: readonly { readonly id: number; readonly initial: boolean }[];
    readonly modules: readonly StatsModule[];
  },
  linked: Metafile,
): readonly Module[] {
  const initialChunks = new Set(stats.chunks.filter(({ initial }) => initial).map(({ id }) => id));
  return stats.modules
    .filter(({ chunks }) => chunks.length > 0)
    .flatMap((module) => {
      const initial = module.chunks.some((id) => initialChunks.has(id));
      return (module.modules ?? [module]).flatMap(({ name, size }) => {
        const parts = linked.outputs[name.replace(/^\.\//, '')]?.inputs;
        if (!parts) return [{ name, size, initial }];
        return Object.entries(parts).map(([path, { bytesInOutput }]) => ({
          name: `./${path}`,
          size: bytesInOutput,
          initial,
        }));
      });
    });
}

function packageFolder(module: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/ ]+/.exec(module)?.[0];
}

function sharesOf(modules: readonly Module[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const { name, size } of modules) {
    const owner = packageFolder(name)?.replace(/^.*node_modules\//, '') ?? 'src';
    shares.set(owner, (shares.get(owner) ?? 0) + size);
  }
  return new Map([...shares].sort(([, a], [, b]) => b - a));
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** Two versions of one package are two packages. */
async function readPackages(project: string, modules: readonly Module[]): Promise<readonly Package[]> {
  const folders = new Set(modules.flatMap(({ name }) => packageFolder(name) ?? []));
  const packages = await Promise.all([...folders].map((folder) => readPackage(join(project, folder))));
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
    license: textOf(manifest, 'license'),
    text: texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n'),
  };
}

function textOf(manifest: unknown, key: string): string {
  const value = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, key) : undefined;
  if (typeof value !== 'string') throw new Error(`The package.json of a bundled package has no ${key}.`);
  return value;
}

function licensesText(packages: readonly Package[]): string {
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  const parts = packages.map(({ name, version, license, text }) =>
    [`${name} ${version} (${license})`, text].filter((part) => part !== '').join('\n\n'),
  );
  return `The files in this folder contain the following packages.${rule}${parts.join(rule)}\n`;
}

/** Does not depend on the locale, which differs between machines. */
function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
