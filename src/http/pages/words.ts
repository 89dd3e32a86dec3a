// The words of the screens: support's names for states, steps, verdicts and answers, with the chip colour of each.
import type { RenderedEffect, TraceLine } from '../../core/decision.js';
import type { Verdict } from '../../core/match-result.js';
import type { WriteState } from '../../core/write.js';
import type { CaseState, ListedCase } from '../../ports.js';
import { type Html, html } from './html.js';

/** Colours of the style sheet; the text always says the same as the colour. */
export type Tone = 'good' | 'care' | 'bad' | 'busy' | 'calm' | 'quiet';
export interface Word {
  text: string;
  tone: Tone;
}

/** In the order of the filter. */
export const caseWords: Record<CaseState, Word> = {
  held: { text: 'Needs a person', tone: 'care' },
  waiting: { text: 'Waiting', tone: 'calm' },
  acting: { text: 'Working', tone: 'busy' },
  new: { text: 'New', tone: 'busy' },
  done: { text: 'Done', tone: 'good' },
  'not-for-usher': { text: 'Not for Usher', tone: 'quiet' },
};
export const caseStates = Object.keys(caseWords) as CaseState[];

/** The state of a case; what was only decided or proposed is not called done. */
export function caseWord({ state, mode, outcome }: Pick<ListedCase, 'state' | 'mode' | 'outcome'>): Word {
  if (state !== 'done' || mode === 'live' || outcome === null) return caseWords[state];
  return mode === 'shadow' ? { text: 'Only decided', tone: 'calm' } : { text: 'Proposed', tone: 'calm' };
}

export const stepWords: Record<WriteState, Word> = {
  planned: { text: 'To do', tone: 'quiet' },
  claimed: { text: 'Being done', tone: 'busy' },
  done: { text: 'Done', tone: 'good' },
  refused: { text: 'Refused', tone: 'bad' },
  unsure: { text: 'Not sure it arrived', tone: 'care' },
  dropped: { text: 'Will not be sent', tone: 'quiet' },
};

export const effectWords: Record<RenderedEffect['type'], string> = {
  reply: 'Reply to the customer',
  note: 'Internal note',
  set: 'Set fields',
  tag: 'Change tags',
  assign: 'Assign',
  group: 'Hand to a group',
  status: 'Set status',
  close: 'Close as solved',
  email: 'E-mail',
  slack: 'Slack post',
  http: 'Request',
  attach: 'Attach a file',
};

export const verdictWords: Record<Verdict, Word> = {
  listed: { text: 'On a list', tone: 'good' },
  unlisted: { text: 'Not on any list', tone: 'quiet' },
  ambiguous: { text: 'Evidence contradicts itself', tone: 'care' },
  unidentified: { text: 'Not identified', tone: 'care' },
};

export const answerWords: Record<TraceLine['answer'], Word> = {
  yes: { text: 'Yes', tone: 'good' },
  no: { text: 'No', tone: 'quiet' },
  'not-known': { text: 'Not known', tone: 'care' },
};

/** What each mode means to somebody looking at the page. */
export const modeWords: Record<string, { name: string; says: string }> = {
  sandbox: { name: 'Sandbox', says: 'Nothing leaves this machine' },
  shadow: { name: 'Shadow', says: 'Decides and records; sends nothing' },
  propose: { name: 'Propose', says: 'Writes internal notes only' },
  live: { name: 'Live', says: 'Answers customers' },
};

/** A status with its colour; the text carries the meaning. */
export function chip(word: Word): Html {
  return html`<span class="chip ${word.tone}">${word.text}</span>`;
}

/** `api-access-request` as people read it: `api access request`. */
export function plainName(id: string): string {
  return id.replaceAll('-', ' ');
}

/** `1 case`, `2 cases`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
