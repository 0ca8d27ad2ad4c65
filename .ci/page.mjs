// Checks the live page of a running example in a headless Chromium.
//
//     node .ci/page.mjs --modules FOLDER [OPTION]… -- COMMAND [ARGUMENT]…
//     node .ci/page.mjs --modules FOLDER [OPTION]… --url URL
//
// FOLDER has the node_modules with playwright-core. The command must print `page: http://…` on its
// standard error, and run for some minutes. Options: `--culprit NODE`, the node that must be marked
// as the limit; `--masked FROM>TO TEXT`, what each event of an edge must contain where something is
// hidden; `--shots FOLDER`, where to put pictures of all views.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
// No process of the browser asks anybody for anything but the page.
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const given = { modules: '.', culprit: null, masked: null, url: null, shots: null, command: [] };
for (let rest = process.argv.slice(2); rest.length;) {
  const word = rest.shift();
  if (word === '--') { given.command = rest; break; }
  if (word === '--masked') given.masked = [rest.shift(), rest.shift()];
  else if (['--modules', '--culprit', '--url', '--shots'].includes(word)) given[word.slice(2)] = rest.shift();
  else throw new Error(`unknown argument ${word}`);
}

const { chromium } = createRequire(path.resolve(given.modules) + '/')('playwright-core');

let failures = 0;
function check(what, holds, seen = '') {
  if (!holds) failures += 1;
  console.log(`${holds ? 'ok    ' : 'FAILED'} ${what}${holds || seen === '' ? '' : ': ' + seen}`);
}
const sleep = ms => new Promise(done => setTimeout(done, ms));
async function until(ms, condition) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(100)) if (await condition()) return true;
  return false;
}

/* The example, and where its page is. */
let job = null;
async function begin() {
  if (given.url) return given.url;
  const [command, ...words] = given.command;
  let said = '';
  job = spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  job.stderr.on('data', text => { said += text; });
  let url = null;
  await until(20000, () => { url = said.match(/page: (http:\S+)/)?.[1]; return url || job.exitCode != null; });
  if (!url) throw new Error(`${command} has not said where its page is:\n${said}`);
  return url.endsWith('/') ? url : url + '/';
}

/* What runs in the page: every piece of text that can be seen, and its contrast. */
function weakTexts() {
  const numbers = text => {
    const [r, g, b, a = 1] = text.match(/-?[\d.]+(e-?\d+)?/g).map(Number);
    return text.startsWith('color(') ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = color => {
    const [r, g, b] = color.map(c => c / 255).map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  function behind(element) {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (at.matches('.ms-badge')) layers.push(numbers(getComputedStyle(at.querySelector('rect')).fill));
      else if (at.matches('.ms-node:not(.ms-ignored)')) layers.push(numbers(getComputedStyle(at.querySelector('path')).fill));
      if (!at.closest('svg')) layers.push(numbers(style.backgroundColor));
      if (layers.at(-1)?.[3] === 1) break;
    }
    return layers.reduceRight((below, top) => over(top, below), [255, 255, 255, 1]);
  }
  const weak = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = walk.nextNode());) {
    const element = text.parentElement;
    if (!text.data.trim() || element.closest('script, style, title, .vh, dialog:not([open])') || !element.getClientRects().length) continue;
    const style = getComputedStyle(element), svg = element.closest('svg');
    const below = behind(element), color = over(numbers(svg ? style.fill : style.color), below);
    const [a, b] = [light(color), light(below)].sort((x, y) => y - x), ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) weak.push(`${text.data.trim().slice(0, 30)} (${ratio.toFixed(2)})`);
  }
  return weak;
}

const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'millstream-page-'));
let browser = null;
try {
  const url = await begin(), origin = new URL(url).origin;
  browser = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, headless: true, args: FLAGS, viewport: { width: 1280, height: 800 } });
  const page = browser.pages()[0] || await browser.newPage();
  const elsewhere = [], errors = [];
  let feeds = 0;
  page.on('request', request => {
    if (!request.url().startsWith('data:') && new URL(request.url()).origin !== origin) elsewhere.push(request.url());
    if (request.url().endsWith('/api/feed')) feeds += 1;
  });
  const ended = request => { if (request.url().endsWith('/api/feed')) feeds -= 1; };
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
  page.on('console', message => { if (['error', 'warning'].includes(message.type())) errors.push(message.text()); });
  page.on('pageerror', error => errors.push(error.message));
  const go = async hash => { await page.evaluate(to => { location.hash = to; }, hash); await sleep(120); };
  const shoot = async name => { if (given.shots) await page.screenshot({ path: path.join(given.shots, name + '.png'), fullPage: (await page.viewportSize()).width < 900 }); };

  const answer = await page.goto(url);
  check('the page has a policy of its own', /default-src 'none'/.test(answer.headers()['content-security-policy'] || ''));
  await page.waitForSelector('[data-node]', { timeout: 20000 });
  const graph = await page.evaluate(async () => (await fetch('api/graph')).json());

  // The graph is complete, and what is written on it is what the job has declared.
  const drawn = await page.$$eval('[data-node]', nodes => nodes.map(node => [+node.dataset.node, node.textContent, node.getBoundingClientRect().width > 0]));
  check('every node is drawn, with its name', graph.nodes.length > 0 && graph.nodes.every((node, at) => drawn.some(([to, text, seen]) => to === at && text.includes(node.name) && seen)));
  check('every edge is drawn', await page.$$eval('[data-edge]', edges => edges.length) === graph.edges.length);

  // Numbers move.
  const figures = () => page.evaluate(() => [...document.querySelectorAll('.ms-rate, #uptime, #in')].map(one => one.textContent).join());
  await until(10000, async () => /\d/.test(await page.textContent('#uptime')));
  const seen = new Set();
  await until(3000, async () => { seen.add(await figures()); return seen.size > 2; });
  check('numbers move twice within 3 s', seen.size > 2, `${seen.size - 1} times`);

  // The limit has a frame and a word, in the graph, in the sentence and in the table.
  if (given.culprit) {
    const at = graph.nodes.findIndex(node => node.name === given.culprit), node = `[data-node="${at}"]`;
    const marked = async () => await page.$(node + ' .ms-frame:not(.also)') && (await page.textContent(node)).includes('limit');
    check(`${given.culprit} is marked as the limit within 10 s`, await until(10000, marked), await page.textContent('#cause'));
    const said = await page.textContent('#cause');
    check('the sentence names it', said.includes(given.culprit) && said.includes('limit'), said);
    await go('nodes');
    const row = await page.$('tr.limit');
    check('the table marks it', ((await row?.textContent()) || '').includes(given.culprit));
  }

  // The keyboard reaches every node and edge, opens them, and comes back.
  await page.evaluate(() => { location.hash = 'nodes'; document.activeElement?.blur(); });
  const reached = new Set();
  for (let press = 0; press < 400 && reached.size < graph.nodes.length + graph.edges.length; press++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => { const { node, edge } = document.activeElement.dataset; return node ? 'node ' + node : edge ? 'edge ' + edge : ''; });
    if (at) reached.add(at);
  }
  check('Tab reaches every node and edge', reached.size === graph.nodes.length + graph.edges.length, `${reached.size} of them`);
  await page.focus('[data-node="0"]');
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  check('what has the focus has a ring', ring !== 'none', ring);
  await page.keyboard.press('Enter');
  await sleep(150);
  check('Enter opens a node', (await page.textContent('#panel h2')) === graph.nodes[0].name);
  await page.keyboard.press('Escape');
  await sleep(150);
  check('Escape goes back to it', await page.evaluate(() => document.activeElement.dataset.node === '0' && !document.querySelector('#panel h2')));

  // What is hidden stays hidden in a sample.
  if (given.masked) {
    const [from, to] = given.masked[0].split('>'), name = at => graph.nodes[at].name;
    const edge = graph.edges.findIndex(one => name(one.from) === from && name(one.to) === to);
    await go('edge/' + edge);
    await page.click('button:has-text("Live sample")');
    const rows = () => page.$$eval('#sample tbody tr', all => all.map(row => row.textContent));
    await until(10000, async () => (await rows()).length > 1);
    const shown = await rows();
    check('a sample shows events', shown.length > 1, await page.textContent('#panel'));
    check('hidden fields are masked', shown.length > 0 && shown.every(row => row.includes(given.masked[1])), shown[0]);
    await shoot('edge-sample');
  }

  // No view is wider than the screen, and all text can be read, light and dark.
  const views = ['nodes', ...graph.nodes.map((_, at) => 'node/' + at), ...graph.edges.map((_, at) => 'edge/' + at), 'time', 'losses', 'checkpoints', 'settings'];
  for (const [width, height] of [[1280, 800], [400, 800]]) for (const colorScheme of ['light', 'dark']) {
    await page.setViewportSize({ width, height });
    // Without transitions: a colour on its way to another one is not looked at.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const wide = [], weak = new Set();
    for (const view of views) {
      await go(view);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) wide.push(`${view} by ${over} px`);
      for (const text of await page.evaluate(weakTexts)) weak.add(text);
      if (!/\/[1-9]/.test(view)) await shoot(`${view.replace('/', '-')}-${width}-${colorScheme}`);
    }
    check(`nothing is wider than ${width} px, ${colorScheme}`, wide.length === 0, wide.join(', '));
    check(`contrast is 4.5 or more at ${width} px, ${colorScheme}`, weak.size === 0, [...weak].join(', '));
  }
  const moves = await page.evaluate(() => [...document.querySelectorAll('*')].some(one => getComputedStyle(one).transitionDuration !== '0s'));
  check('nothing moves for those who want no motion', !moves);
  await page.setViewportSize({ width: 1280, height: 800 });
  check('the whole page is on one screen', await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight));

  // A tab that nobody sees has no feed.
  const hide = hidden => page.evaluate(now => {
    Object.defineProperty(document, 'hidden', { value: now, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  const open = feeds;
  await hide(true);
  check('a hidden tab closes its feed', open === 1 && await until(3000, () => feeds === 0), `${open}, then ${feeds}`);
  await hide(false);
  check('and opens it again when it is seen', await until(5000, () => feeds === 1), feeds);

  check('no request leaves the origin', elsewhere.length === 0, elsewhere.join(', '));
  check('the console has no error', errors.length === 0, errors.join(' | '));

  // The end of the job, or of the program, is said.
  if (job) {
    job.kill('SIGKILL');
    const gone = async () => /no answer|ended|failed/.test(await page.textContent('#state'));
    check('the page says when the job is gone', await until(12000, gone), await page.textContent('#cause'));
    await shoot('gone');
  }
} finally {
  await browser?.close();
  job?.kill('SIGKILL');
  fs.rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
}
if (failures) { console.log(`${failures} checks of the page have failed`); process.exit(1); }
