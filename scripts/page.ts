// `npm run page`: checks the simulator's pages in headless Chromium if Debian's package is installed, else by HTTP alone.
// Writes screenshots to .tmp/page/, and prints one line for each check, then the counts.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { startSimulator } from '../test/simulator/simulator.ts';
import { root } from './paths.ts';

/** The path of Debian's package; CHROMIUM overrides it. */
const browserPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const pictures = join(root, '.tmp', 'page');

let passed = 0;
let failed = 0;

function expectThat(what: string, holds: boolean): void {
  if (holds) passed += 1;
  else failed += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${what}`);
}

async function main(): Promise<number> {
  const simulator = await startSimulator({ executors: 3, speed: 2 });
  const jobs = {
    success: simulator.addJob({ name: 'success', description: 'grows', scenario: 'success' }),
    hostile: simulator.addJob({ name: 'hostile <b>', scenario: 'hostile' }),
    flow: simulator.addJob({ name: 'flow', scenario: 'flow-diamond' }),
  };
  try {
    await byHttp(simulator.url, jobs.hostile.id, () => jobs.hostile.start());
    if (!existsSync(browserPath)) {
      console.log(`No Chromium at ${browserPath}: checked by HTTP alone.`);
    } else {
      // Root, as in a container, gets no sandbox; the pages are our own.
      const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      const browser = await chromium.launch({ executablePath: browserPath, args });
      await inBrowser(browser, simulator.url, jobs).finally(() => browser.close());
    }
  } finally {
    await simulator.close();
  }
  console.log(`page: ${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

async function byHttp(url: string, jobId: string, start: () => unknown): Promise<void> {
  const index = await fetch(`${url}/`);
  expectThat('GET / answers with a page', index.status === 200 && (await index.text()).includes('</html>'));
  start();
  const log = async () => (await fetch(`${url}/builds/${jobId}/1/log?from=0`)).text();
  const before = await log();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expectThat('a log grows as time passes', (await log()).length > before.length);
}

interface Jobs {
  readonly success: { readonly id: string; start(): unknown };
  readonly hostile: { readonly id: string };
  readonly flow: { readonly id: string; start(): unknown };
}

async function inBrowser(browser: Browser, url: string, { success, hostile, flow }: Jobs): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  const complaints: string[] = [];
  const open = async (path: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> => {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
    page.on('console', (message) => complaints.push(`${path}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`));
    page.on('dialog', (dialog) => {
      complaints.push(`${path}: a dialog says ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(`${url}${path}`);
    return page;
  };
  const picture = (page: Page, name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });

  const overview = await open('/');
  success.start();
  flow.start();
  await fetch(`${url}/v3/jobs/${success.id}/status`);
  await expectSoon('a new build appears without a reload', overview.locator('.state.busy'));
  const verdict = overview.getByText('no Authorization and no X-Auth-Token');
  await expectSoon('a call without a signature appears with its verdict', verdict);
  await picture(overview, 'overview');

  const build = await open(`/builds/${success.id}/1`);
  const log = build.locator('#log');
  await expectSoon('the log grows without a reload', log.filter({ hasText: 'Maven构建' }));
  await picture(build, 'build-running');
  await expectSoon('the log ends with the build', log.filter({ hasText: /Finished: SUCCESS\s*$/ }));
  const shown = await log.textContent();
  expectThat('no character of the log is shown twice or lost', shown === (await wholeLog(url, success.id)));
  await expectSoon('the state follows without a reload', build.locator('main > p .state.good'));
  const below = await log.evaluate((pre) => pre.scrollHeight - pre.scrollTop - pre.clientHeight);
  expectThat('the end of the log is in view', below < 40);
  await picture(build, 'build-ended');

  const evil = await open(`/builds/${hostile.id}/1`, 'dark');
  expectThat('nothing in a hostile log becomes an element', (await evil.locator('#log *').count()) === 0);
  expectThat("nor in a job's name", (await evil.locator('h1 b').count()) === 0);
  await picture(evil, 'hostile-dark');
  await picture(await open(`/builds/${flow.id}/1`, 'dark'), 'flow-dark');
  await picture(await open('/', 'dark'), 'overview-dark');
  const narrow = await open('/');
  await narrow.setViewportSize({ width: 390, height: 800 });
  const width = await narrow.locator('html').evaluate((html) => html.scrollWidth);
  expectThat('on a telephone the page is not wider than the screen', width <= 390);
  await picture(narrow, 'overview-narrow');
  for (const complaint of complaints) console.log(`      ${complaint}`);
  expectThat('the browser complains of nothing', complaints.length === 0);
}

async function expectSoon(what: string, where: Locator): Promise<void> {
  const seen = where.first().waitFor({ timeout: 30_000 });
  expectThat(
    what,
    await seen.then(
      () => true,
      () => false,
    ),
  );
}

async function wholeLog(url: string, jobId: string): Promise<string> {
  const body: unknown = await (await fetch(`${url}/builds/${jobId}/1/log?from=0`)).json();
  return typeof body === 'object' && body !== null && 'text' in body ? String(body.text) : '';
}

process.exitCode = await main();
