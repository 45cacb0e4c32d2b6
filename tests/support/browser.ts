import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const { resolve } = createRequire(import.meta.url);

/** Switches of the package for where there is little of a system. Those that weaken what is tested here are left out. */
const ARGS = chromiumPackage.args.filter(
  (arg) =>
    !/^--(single-process|disable-web-security|allow-running-insecure-content|disable-site-isolation-trials)/.test(arg),
);

/** A real browser, from npm. To be closed. */
export async function startBrowser(): Promise<Browser> {
  const folder = await unpacked();
  const launch = (libraries: Record<string, string>): Promise<Browser> =>
    chromium.launch({
      executablePath: join(folder, 'chromium'),
      args: ARGS,
      headless: true,
      env: { ...inherited(), FONTCONFIG_PATH: join(folder, 'fonts'), ...libraries },
    });
  try {
    return await launch({});
  } catch (error) {
    // A machine with nothing but Node lacks NSS, which the package has for such machines.
    if (!/shared librar/.test(String(error))) throw error;
    return launch({ LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') });
  }
}

const inherited = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined));

/** Where the browser lies with its fonts and libraries: unpacked once for each version of the package. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(resolve('@sparticuz/chromium'), '../../../package.json'), 'utf8'));
  const folder = join(tmpdir(), `hookledger-chromium-${version}`);
  if (existsSync(folder)) return folder;
  const beside = mkdtempSync(`${folder}-`);
  // The package unpacks its libraries only where it believes itself to be there, and all of it below TMPDIR.
  const script = "(await import('@sparticuz/chromium')).default.executablePath()";
  const child = spawn(process.execPath, ['--input-type=module', '-e', `await ${script}`], {
    env: { ...process.env, TMPDIR: beside, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The browser could not be unpacked into ${beside}.`);
  try {
    renameSync(beside, folder);
  } catch {
    // Somebody else was quicker.
    rmSync(beside, { recursive: true });
  }
  return folder;
}

/** A window of its own, with no cookies yet, that notes whatever goes wrong in its pages. */
export class Window {
  /** Errors of scripts and what the console complains of, refusals of the content security policy among them. */
  readonly complaints: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async open(browser: Browser, options: BrowserContextOptions = {}): Promise<Window> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      // Colours that are on their way are neither the old ones nor the new ones.
      reducedMotion: 'reduce',
      ...options,
    });
    // What takes longer than this has gone wrong, and says so by the name of the step.
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const window = new Window(context, page);
    page.on('pageerror', (error) => window.complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        window.complaints.push(`${page.url()}: ${message.text()}`);
      }
    });
    return window;
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

const AXE = readFileSync(resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds against WCAG 2.2 AA on the page as it is; none that is serious or critical is let through. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Not by a script element, which the page's policy rightly refuses.
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })",
  )) as { violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} — ${failureSummary}`));
}
