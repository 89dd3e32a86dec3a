// The one script of the console: looks again while work is in progress. Pages are complete without it.
import { createHash } from 'node:crypto';

/** Served at `scriptPath`; plain JavaScript for browsers. */
export const liveScript = `'use strict';
(() => {
  const main = document.getElementById('main');
  const seconds = Number(main.dataset.live);
  if (!seconds) return;
  const foot = document.querySelector('footer p');
  const button = document.createElement('button');
  const note = document.createElement('span');
  let paused = false;
  let last = null;
  button.type = 'button';
  button.className = 'plain';
  button.textContent = 'Pause live updates';
  note.setAttribute('role', 'status');
  button.addEventListener('click', () => {
    paused = !paused;
    button.textContent = paused ? 'Resume live updates' : 'Pause live updates';
    if (!paused) look();
  });
  foot.append(' ', button, ' ', note);

  const inUse = () => {
    const active = document.activeElement;
    const typing = main.contains(active) && /^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(active.tagName);
    return typing || !getSelection().isCollapsed;
  };
  const focused = () => {
    const active = document.activeElement;
    if (!main.contains(active) || active === main) return null;
    if (active.tagName === 'SUMMARY' && active.parentElement.id) return '#' + CSS.escape(active.parentElement.id) + '>summary';
    return active.tagName === 'A' ? 'a[href="' + CSS.escape(active.getAttribute('href')) + '"]' : null;
  };
  const swap = (fresh) => {
    const back = focused();
    const left = new Map([...main.querySelectorAll('details[id]')].map((d) => [d.id, d.open]));
    main.replaceChildren(...fresh.childNodes);
    for (const [id, open] of left) {
      const details = document.getElementById(id);
      if (details) details.open = open;
    }
    if (back) main.querySelector(back)?.focus({ preventScroll: true });
  };
  async function look() {
    if (!document.hidden && !paused && !inUse()) {
      try {
        const answer = await fetch(location.href);
        if (answer.redirected) return location.assign(answer.url);
        if (!answer.ok) throw new Error(String(answer.status));
        const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('main');
        if (last !== fresh.innerHTML && !inUse()) {
          last = fresh.innerHTML;
          swap(fresh);
        }
        note.textContent = '';
        if (!fresh.dataset.live) return button.remove();
      } catch {
        note.textContent = 'Usher does not answer; this page may be old.';
      }
    }
    clearTimeout(timer);
    timer = setTimeout(look, seconds * 1000);
  }
  let timer = setTimeout(look, seconds * 1000);
})();
`;

/** Changes with the content, so that browsers may keep it for good. */
export const scriptPath = `/live.js?${createHash('sha256').update(liveScript).digest('hex').slice(0, 8)}`;
