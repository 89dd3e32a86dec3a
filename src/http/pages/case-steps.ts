// The steps of a case: what goes out together, how far each is, its content, and the question when nobody knows.
import { allEffects } from '../../core/approval-draft.js';
import type { Triage } from '../../core/decision.js';
import { afterWords } from '../../core/wait-words.js';
import type { CaseDetail } from '../../ports.js';
import { type Html, html } from './html.js';
import { formToken, type Shell } from './layout.js';
import { isMessage, stepContent, stepTitle } from './message-parts.js';
import { time } from './time.js';
import { chip, stepWords } from './words.js';

type Step = CaseDetail['stepDetails'][number];

/** The steps in order, those that go out as one shown as one. */
export function stepsSection(shell: Shell, c: CaseDetail): Html {
  const writes = byWrite(c.stepDetails.filter((s) => !s.isNotice));
  if (writes.length === 0) {
    return html`<section aria-labelledby="steps"><h2 id="steps">Steps</h2><p class="dim">${c.stepDetails.length > 0 ? 'No step of a rule was planned.' : 'Nothing was sent or changed for this ticket.'}</p></section>`;
  }
  return html`<section aria-labelledby="steps"><h2 id="steps">Steps</h2>
<ol class="writes">${writes.map((steps) => write(shell, c, steps))}</ol></section>`;
}

/** What the rule says, of which nothing was done. */
export function wouldSection(mode: CaseDetail['mode'], triage: Triage): Html | false {
  const { decision } = triage;
  if (decision.kind !== 'act') return false;
  const says =
    mode === 'shadow'
      ? 'Shadow mode: nothing of this was sent or changed.'
      : 'Propose mode: nothing of this was done; an internal note says it.';
  return html`<section aria-labelledby="would"><h2 id="would">What Usher would have done</h2>
<p class="dim">${says}</p>
<ol class="writes">${allEffects(triage).map(
    (effect) => html`<li class="write"><article class="step"><header><h3>${stepTitle(effect)}</h3></header>
${isMessage(effect) ? html`<details><summary>Text</summary>${stepContent(effect)}</details>` : stepContent(effect)}</article></li>`,
  )}</ol>
${afterWords(decision, triage.facts.now).map((text) => html`<p>${text}</p>`)}</section>`;
}

/** What agents were told on a ticket that needs a person; nothing here is to be settled. */
export function toldSection(c: CaseDetail): Html | false {
  const told = c.stepDetails.filter((s) => s.isNotice && s.state !== 'dropped');
  if (told.length === 0) return false;
  return html`<section aria-labelledby="told"><h2 id="told">Told on the ticket</h2>
<ul class="bare told">${told.map(
    (s) => html`<li>${stepTitle(s.effect)} ${chip(stepWords[s.state])} <span class="sub">${s.at && time(s.at)}</span>
${s.effect.type === 'note' ? html`<details id="told-${s.id}"><summary>Text</summary>${stepContent(s.effect)}</details>` : stepContent(s.effect)}</li>`,
  )}</ul></section>`;
}

/** One entry a write whose arrival is not known or that was refused: the first step stands for all of it. */
export function openWrites(c: CaseDetail): Step[] {
  return byWrite(c.stepDetails.filter((s) => !s.isNotice))
    .map((steps) => steps.find((s) => s.state === 'unsure' || s.state === 'refused'))
    .filter((s): s is Step => s !== undefined);
}

function byWrite(steps: Step[]): Step[][] {
  const groups = new Map<string, Step[]>();
  for (const step of steps) groups.set(step.write, [...(groups.get(step.write) ?? []), step]);
  return [...groups.values()];
}

function write(shell: Shell, c: CaseDetail, steps: Step[]): Html {
  const open = steps.find((s) => s.state === 'unsure' || s.state === 'refused');
  return html`<li class="write ${open ? 'open' : ''}">
${steps.length > 1 && html`<p class="together">One update of the ticket, ${steps.length} steps</p>`}
${steps.map(stepCard)}
${open && c.state !== 'done' && question(shell, c.id, open)}
</li>`;
}

function stepCard(step: Step): Html {
  const content = stepContent(step.effect);
  const said = stepTitle(step.effect);
  const expanded = step.effect.type === 'reply' || step.state === 'unsure' ? html`open` : '';
  return html`<article class="step">
<header><h3>${said}</h3>${chip(stepWords[step.state])}<p class="sub">${step.at && time(step.at)}${step.sends > 1 && ` · tried ${step.sends} times`}</p></header>
${step.reason && html`<p class="why" dir="auto">${step.reason}</p>`}
${isMessage(step.effect) ? html`<details id="step-${step.id}" ${expanded}><summary>Text${step.effect.type === 'slack' ? '' : ` (${template(step)})`}</summary>${content}</details>` : content}
</article>`;
}

function template(step: Step): string {
  const { effect } = step;
  return 'template' in effect ? `template ${effect.template}${'locale' in effect ? `, ${effect.locale}` : ''}` : '';
}

function question(shell: Shell, caseId: string, step: Step): Html {
  const button = (how: string, text: string, kind = '') =>
    html`<button name="how" value="${how}" class="${kind}">${text}</button>`;
  const unsure = step.state === 'unsure';
  return html`<form class="question" id="ask-${step.id}" method="post" action="/cases/${encodeURIComponent(caseId)}/settle">
${formToken(shell)}<input type="hidden" name="step" value="${step.id}">
<fieldset><legend>${unsure ? 'Did this arrive?' : 'This was refused. What now?'}</legend>
<p>${unsure ? 'Look at the far side first: Usher could not see whether it arrived.' : 'Mend the cause first, then send it again; or leave it.'}</p>
<div class="buttons">${unsure && button('done', 'Yes', 'first')}${button('again', unsure ? 'No, send again' : 'Send again')}${button('drop', 'Do not send')}</div></fieldset>
</form>`;
}
