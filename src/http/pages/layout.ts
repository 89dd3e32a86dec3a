// The frame of every page: head, skip link, navigation, mode, banner for rules with mistakes, footer.
import type { Stop } from '../../ports/sending.js';
import type { Problem } from '../../problem.js';
import { type Html, html } from './html.js';
import { scriptPath } from './live-script.js';
import { stylePath } from './style.js';
import { time } from './time.js';
import { counted, modeWords, plainName } from './words.js';

/** What all pages of one request share. */
export interface Shell {
  mode: string;
  /** Sending that is stopped, and how many steps wait; null while all goes on. */
  stopped: { stops: Stop[]; waiting: number; hasMore: boolean } | null;
  problems: Problem[];
  hasSandbox: boolean;
  /** The person's name when a password is needed and was given ('' when they gave none); null without a password. */
  person: string | null;
  /** Hidden token of every form on the page. */
  formToken: string;
  now: Date;
}

export interface Frame {
  title: string;
  here: 'cases' | 'lists' | 'sending' | 'report' | 'sandbox' | 'none';
  /** Seconds between looking again, for pages that show work in progress. */
  liveSeconds?: number;
  body: Html;
}

const places = [
  { here: 'cases', href: '/', text: 'Cases' },
  { here: 'lists', href: '/lists', text: 'Lists' },
  { here: 'sending', href: '/sending', text: 'Sending' },
  { here: 'report', href: '/report', text: 'Report' },
  { here: 'sandbox', href: '/sandbox', text: 'Sandbox' },
] as const;

/** A whole page. */
export function page(shell: Shell, frame: Frame): string {
  const live = frame.liveSeconds ? html`data-live="${frame.liveSeconds}"` : '';
  return html`<!doctype html>
<html lang="en">
${head(frame.title, frame.liveSeconds !== undefined)}
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="wide bar">
<a class="mark" href="/">Usher</a>
<nav aria-label="Pages">${navigation(shell, frame)}</nav>
${modeNote(shell.mode)}
${!isAllStopped(shell) && stopButton(shell)}
${shell.person !== null && signOut(shell)}
</div></header>
<main id="main" class="wide" tabindex="-1" ${live}>
${frame.here !== 'sending' && stopBanner(shell)}
${rulesBanner(shell.problems)}
${frame.body}
</main>
${footer()}
</body>
</html>`.markup;
}

/** A page without navigation: signing in, errors. */
export function barePage(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
${head(title, false)}
<body>
<header class="top"><div class="wide bar"><a class="mark" href="/">Usher</a></div></header>
<main id="main" class="wide narrow">${body}</main>
</body>
</html>`.markup;
}

/** The hidden part that every posted form carries. */
export function formToken(shell: { formToken: string }): Html {
  return html`<input type="hidden" name="token" value="${shell.formToken}">`;
}

function head(title: string, live: boolean): Html {
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Usher</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${stylePath}">
${live && html`<script src="${scriptPath}" defer></script>`}
</head>`;
}

function navigation(shell: Shell, frame: Frame): Html[] {
  return (
    places
      .filter((p) => p.here !== 'sandbox' || shell.hasSandbox)
      // In the sandbox everything is done, nothing only decided.
      .filter((p) => p.here !== 'report' || shell.mode !== 'sandbox')
      .map((p) =>
        p.here === frame.here
          ? html`<a href="${p.href}" aria-current="page">${p.text}</a>`
          : html`<a href="${p.href}">${p.text}</a>`,
      )
  );
}

function modeNote(mode: string): Html {
  const word = modeWords[mode] ?? { name: mode, says: '' };
  return html`<p class="mode ${mode === 'live' ? 'live' : ''}"><strong>${word.name}</strong> <span>${word.says}</span></p>`;
}

function signOut(shell: Shell): Html {
  return html`<form method="post" action="/logout" class="signout">${formToken(shell)}<button class="plain">Sign out</button></form>`;
}

function isAllStopped({ stopped }: Shell): boolean {
  return stopped?.stops.some((s) => s.programme === null) ?? false;
}

function stopButton(shell: Shell): Html {
  return html`<form method="post" action="/sending/stop" class="stop">${formToken(shell)}<button>Stop all sending</button></form>`;
}

function stopBanner({ stopped }: Shell): Html | false {
  if (!stopped) return false;
  const { stops, waiting, hasMore } = stopped;
  return html`<section class="banner bad" aria-labelledby="stop-banner"><h2 id="stop-banner">${stops.map((s, i) => html`${i > 0 && '; '}${stopLine(s)}`)}; ${hasMore && 'more than '}${counted(waiting, 'step')} ${waiting === 1 ? 'waits' : 'wait'}</h2>
<p><a href="/sending">See what waits, and go on</a></p></section>`;
}

/** `All sending is stopped since …, by …`. */
export function stopLine({ programme, by, since, reason }: Stop): Html {
  const what = programme === null ? 'All sending' : html`Sending for ${plainName(programme)}`;
  return html`${what} is stopped since ${time(since)}, by <bdi>${by}</bdi>${reason && html`: <span dir="auto">${reason}</span>`}`;
}

function rulesBanner(problems: Problem[]): Html | false {
  if (problems.length === 0) return false;
  return html`<section class="banner care" aria-labelledby="rules-banner">
<h2 id="rules-banner">The rules on disk have ${counted(problems.length, 'mistake')}: the last good rules are in use</h2>
<ul>${problems
    .slice(0, 5)
    .map(
      (p) =>
        html`<li>${p.file && html`<code>${p.file}${p.line && `:${p.line}`}${p.column && `:${p.column}`}</code> `}${p.message}. <span class="dim">${p.fix}</span></li>`,
    )}</ul>
${problems.length > 5 && html`<p>and ${problems.length - 5} more: <code>usher check</code> lists them all.</p>`}
</section>`;
}

function footer(): Html {
  return html`<footer class="wide foot"><p>Usher, the support bot. All times are UTC.</p></footer>`;
}
