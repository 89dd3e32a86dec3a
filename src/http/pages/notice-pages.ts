// Pages without a case: signing in, and errors that say no more than a stranger may know.
import { html } from './html.js';
import { barePage, formToken } from './layout.js';

/** GET and POST /login. `mistake` is shown above the form. */
export function loginPage(token: string, next: string, mistake: string | null): string {
  return barePage(
    'Sign in',
    html`<h1>Sign in</h1>
${mistake && html`<p class="banner bad" role="alert">${mistake}</p>`}
<form class="card tall" method="post" action="/login">${formToken({ formToken: token })}
<input type="hidden" name="next" value="${next}">
<div class="field"><label for="name">Your name</label><p class="hint" id="name-hint">Shown beside what you stop, settle or correct.</p>
<input id="name" name="name" autocomplete="username" required maxlength="60" aria-describedby="name-hint"></div>
<div class="field"><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="500"></div>
<div class="buttons"><button class="first">Sign in</button></div>
</form>`,
  );
}

const sentences: Record<number, [string, string]> = {
  400: ['This request could not be read', 'Go back, load the page again and retry.'],
  401: ['Sign in first', 'This page needs a password.'],
  403: ['Not from here', 'Open the page by its own address and try again.'],
  404: ['There is nothing here', 'The address may be mistyped, or the case was removed.'],
  405: ['This cannot be done here', 'Go back to the page and use its buttons.'],
  413: ['That was too much', 'Send less at once.'],
  429: ['Too many tries', 'Wait a minute and try again.'],
  503: ['Not ready yet', 'Usher is starting or stopping. Try again in a moment.'],
};

/** Title and advice for a status; nothing of the cause. */
export function errorPage(status: number, advice?: string): string {
  const [title, standard] = sentences[status] ?? [
    'Something went wrong',
    'It was written to the log. Try again; if it stays, tell the operator.',
  ];
  return barePage(
    title,
    html`<h1>${title}</h1><p class="lead">${advice ?? standard}</p><p><a href="/">To the cases</a></p>`,
  );
}
