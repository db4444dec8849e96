/** Builds the Go driver with Huawei Cloud's Go SDK, once, and keeps it in .tmp/ until the driver or its modules change. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NoSdk } from './python-environment.ts';

const source = join(import.meta.dirname, 'go');

/** The path of the driver, which is built into a folder below `cache`; the module cache is there too. */
export function goDriver(cache: string): string {
  const hash = createHash('sha256');
  for (const file of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(source, file)));
  const name = `driver-${hash.digest('hex').slice(0, 12)}${process.platform === 'win32' ? '.exe' : ''}`;
  const folder = join(cache, 'conformance-go');
  const driver = join(folder, name);
  if (existsSync(driver)) return driver;
  const env = {
    ...process.env,
    GOMODCACHE: join(folder, 'modules'),
    GOCACHE: join(folder, 'cache'),
    // The modules can be deleted like any other file, and the repository's state is of no interest to the driver.
    GOFLAGS: '-modcacherw -buildvcs=false',
  };
  const built = spawnSync('go', ['build', '-o', driver, '.'], { cwd: source, env, encoding: 'utf8' });
  if (built.error !== undefined)
    throw new NoSdk('the Go SDK needs Go 1.21 or later, and there is none on the PATH');
  if (built.status !== 0) throw new NoSdk(`go cannot build the driver:\n${built.stderr.trim()}`);
  return driver;
}
