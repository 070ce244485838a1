// A headless browser that comes with the packages, and windows in it that are used as a visitor uses them.
import { execFile } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { promisify } from 'util';
import { Browser, BrowserContext, CDPSession, launch, LaunchOptions, Page, Viewport } from 'puppeteer-core';
import { makeOnce } from '../sandbox/python';

const ROOT = path.join(__dirname, '..', '..');
const PATIENCE_SECONDS = 15;
const UNPACK_SECONDS = 120;

export const PHONE: Viewport = { width: 390, height: 844, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true };
export const DESKTOP: Viewport = { width: 1280, height: 800 };

/** A browser, whose windows know nothing of each other, as if on different devices. */
export class DemoBrowser {
  /** Start one. */
  public static async start(): Promise<DemoBrowser> {
    // the user that runs CI's containers is root, for whom Chromium's own sandbox does not start
    const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'];
    return new DemoBrowser(await launch({ ...await program(), headless: true, args }));
  }

  private constructor(private readonly browser: Browser) {}

  /** Open an address in a window of its own. */
  public async open(url: string, viewport: Viewport): Promise<Window> {
    const context = await this.browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport(viewport);
    const window = new Window(page, context);
    await page.goto(url, { waitUntil: 'load' });
    return window;
  }

  /** Close all windows and end it. */
  public stop(): Promise<void> {
    return this.browser.close();
  }
}

/** A window, in which things are found by their `data-testid`. */
export class Window {
  /** What it does not show: errors of its scripts, and what a policy refused them. */
  public readonly complaints: string[] = [];
  private workers: CDPSession[] = [];

  constructor(private readonly page: Page, private readonly context: BrowserContext) {
    page.on('pageerror', (error) => this.complaints.push(String((error as Error).message)));
    page.on('console', (message) => {
      if (/Content Security Policy|Permissions policy|violates/i.test(message.text())) this.complaints.push(message.text());
    });
  }

  /** The texts of all things of a name. */
  public texts(name: string): Promise<string[]> {
    return this.page.$$eval(at(name), (found) => found.map(({ textContent }) => (textContent ?? '').trim()));
  }

  /** Wait until things of a name are as wanted; says how long that took, in milliseconds. */
  public async until(name: string, what: string, wanted: (texts: string[]) => boolean): Promise<number> {
    const start = Date.now();
    for (let texts: string[] = []; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      // while a page is loaded there is nothing to ask
      texts = await this.texts(name).catch(() => texts);
      if (wanted(texts)) return Date.now() - start;
      if (Date.now() - start > PATIENCE_SECONDS * 1000) {
        throw new Error(`'${name}' was to be ${what} within ${PATIENCE_SECONDS} s, and is ${texts.length > 0 ? `'${texts.join("', '")}'` : 'not there'}`);
      }
    }
  }

  /** Wait until the thing of a name has a text. */
  public shows(name: string, text: string): Promise<number> {
    return this.until(name, `'${text}'`, ([first]) => first === text);
  }

  /** Click on the first thing of a name. */
  public async click(name: string): Promise<void> {
    const found = await this.page.waitForSelector(at(name), { timeout: PATIENCE_SECONDS * 1000 });
    await found!.click();
  }

  /** The address of the first link of a name. */
  public async linkOf(name: string): Promise<string> {
    await this.page.waitForSelector(at(name), { timeout: PATIENCE_SECONDS * 1000 });
    return this.page.$eval(at(name), (link) => String((link as unknown as { href: string }).href));
  }

  /** Load the page anew. */
  public async reload(): Promise<void> {
    await this.page.reload({ waitUntil: 'load' });
  }

  /** Follow a path of the site. */
  public async visit(url: string): Promise<void> {
    await this.page.goto(url, { waitUntil: 'load' });
  }

  /** Wait until its service worker has kept what the page needs without a network. */
  public async isKept(): Promise<void> {
    await this.page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  }

  /** Cut it off: the page, and its service worker, which has connections of its own. */
  public async goOffline(): Promise<void> {
    for (const target of this.context.targets().filter((candidate) => candidate.type() === 'service_worker')) {
      const worker = await target.createCDPSession();
      await worker.send('Network.enable');
      this.workers.push(worker);
    }
    await this.setOffline(true);
  }

  /** Connect it again. */
  public async goOnline(): Promise<void> {
    await this.setOffline(false);
    await Promise.all(this.workers.map((worker) => worker.detach().catch(() => undefined)));
    this.workers = [];
  }

  /** Whether a request of the page itself is answered. */
  public isAnswered(path_: string): Promise<boolean> {
    return this.page.evaluate(`fetch('${path_}', { cache: 'no-store' }).then(() => true, () => false)`) as Promise<boolean>;
  }

  /** What axe finds wrong for people who do not see, or not use a mouse. */
  public async barriers(): Promise<string[]> {
    await this.page.evaluate(fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    const { violations } = await this.page.evaluate('axe.run()') as { violations: Array<{ id: string; nodes: Array<{ target: string[] }> }> };
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  }

  /** Keep what it looks like. */
  public async picture(file: string): Promise<void> {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    // what moves has come to rest
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await this.page.screenshot({ path: file as `${string}.png` });
  }

  public async close(): Promise<void> {
    await this.context.close();
  }

  private async setOffline(offline: boolean): Promise<void> {
    const conditions = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await Promise.all(this.workers.map((worker) => worker.send('Network.emulateNetworkConditions', conditions)));
    await this.page.setOfflineMode(offline);
  }
}

const at = (name: string): string => `[data-testid="${name}"]`;

/** The browser of the packages, which is for Linux on x64 with the libraries and fonts that it needs; elsewhere the Chrome of the machine. */
async function program(): Promise<LaunchOptions> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' };
  const packed = path.join(ROOT, 'node_modules', '@sparticuz', 'chromium');
  const { version } = JSON.parse(fs.readFileSync(path.join(packed, 'package.json'), 'utf8')) as { version: string };
  const kept = path.join(ROOT, '.sandbox');
  fs.mkdirSync(kept, { recursive: true });
  const folder = path.join(fs.realpathSync(kept), 'browser');
  // its list of fonts says where they are
  await makeOnce(folder, `${version} ${folder}`, async () => {
    // unpacks into the folder for temporary files, the libraries only on Lambda
    const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
    const unpack = "import('@sparticuz/chromium').then((chromium) => chromium.default.executablePath())";
    await promisify(execFile)(process.execPath, ['--eval', unpack], { cwd: ROOT, env, timeout: UNPACK_SECONDS * 1000 });
    fs.writeFileSync(path.join(folder, 'fonts.conf'), `<fontconfig><dir>${folder}/fonts/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>`);
  });
  return {
    executablePath: path.join(folder, 'chromium'),
    env: { ...process.env, LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: path.join(folder, 'fonts.conf') },
  };
}
