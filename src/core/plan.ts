// Plans writes: rendered effects in their order, grouped into what is sent at once, each with its slot.
import { ProblemError } from '../problem.js';
import type { RenderedEffect } from './decision.js';
import type { PlannedStep, PlannedWrite, TicketContent, WriteTarget } from './write.js';

/**
 * Groups neighbouring ticket effects into one write that carries at most one comment, one assignee and one status; mails and
 * posts stand alone. Order is kept. Throws a Problem when two effects would fill the same slot: one of them would never be sent.
 * `leg` is how many waits of the episode came before: what a rule says after a wait is a step of its own, though the same
 * template stood before it.
 */
export function planWrites(effects: RenderedEffect[], leg = 0): PlannedWrite[] {
  const writes: PlannedWrite[] = [];
  const slots = new Set<string>();
  for (const effect of effects) {
    const step: PlannedStep = { slot: slotOf(effect, leg), effect };
    if (slots.has(step.slot)) throw duplicate(step.slot);
    slots.add(step.slot);
    const target = targetOf(effect);
    const last = writes.at(-1);
    if (last && target === 'ticket' && last.target === 'ticket' && fitsInto(last, effect)) last.steps.push(step);
    else writes.push({ target, steps: [step] });
  }
  return writes;
}

function duplicate(slot: string): ProblemError {
  return new ProblemError({
    code: 'duplicate-step',
    family: 'admin',
    severity: 'error',
    message: `A rule asks for the same step twice: ${slot}`,
    fix: 'Leave one of them out, or use two templates',
  });
}

function targetOf(effect: RenderedEffect): WriteTarget {
  if (effect.type === 'slack' || effect.type === 'http') return effect.type;
  return effect.type === 'email' ? 'mail' : 'ticket';
}

/** What a ticket has only one of in a write. */
function placeOf(effect: RenderedEffect): 'comment' | 'assignee' | 'group' | 'status' | null {
  if (effect.type === 'reply' || effect.type === 'note') return 'comment';
  if (effect.type === 'assign') return 'assignee';
  if (effect.type === 'group') return 'group';
  return effect.type === 'status' || effect.type === 'close' ? 'status' : null;
}

function fitsInto(write: PlannedWrite, effect: RenderedEffect): boolean {
  const place = placeOf(effect);
  const isFree = place === null || write.steps.every((step) => placeOf(step.effect) !== place);
  // Setting a field, then another value of it, are two changes that both show in the ticket's history.
  const taken = new Set(write.steps.flatMap((step) => changesOf(step.effect)));
  return isFree && changesOf(effect).every((change) => !taken.has(change));
}

function changesOf(effect: RenderedEffect): string[] {
  if (effect.type === 'tag') return [...effect.add, ...effect.remove].map((tag) => `tag ${tag}`);
  if (effect.type === 'set') return Object.keys(effect.fields).map((title) => `field ${title}`);
  return effect.type === 'close' ? Object.keys(closingFields(effect)).map((title) => `field ${title}`) : [];
}

/** `kind|target|template` and, from the first wait on, which leg of the episode; with case and episode in front of it this is the slot key. Text plays no part in it. */
function slotOf(effect: RenderedEffect, leg: number): string {
  const parts = ((): [target: string, template: string] => {
    switch (effect.type) {
      case 'reply':
      case 'note':
        return ['ticket', effect.template];
      case 'set':
        return ['ticket', Object.keys(effect.fields).sort().join(',')];
      case 'tag':
        return ['ticket', [...effect.add.map((t) => `+${t}`), ...effect.remove.map((t) => `-${t}`)].sort().join(',')];
      case 'assign':
      case 'group':
        return [effect.to, ''];
      case 'status':
        return ['ticket', effect.status];
      case 'close':
        return ['ticket', ''];
      case 'email':
        return [effect.to, effect.template];
      case 'slack':
        return [effect.channel, effect.template];
      case 'http':
        return [effect.to, effect.key];
      case 'attach':
        return [effect.from, effect.name];
    }
  })();
  // A follow-up belongs to its wait, however the legs are counted meanwhile.
  const later = effect.followUp ? [effect.followUp] : leg > 0 ? [`after-${leg}`] : [];
  return [effect.type, ...parts, ...later].map((part) => part.replace(/[%|]/g, encodeURIComponent)).join('|');
}

function closingFields(effect: Extract<RenderedEffect, { type: 'close' }>): Record<string, string | number | boolean> {
  return effect.resolution === null ? effect.fields : { Resolution: effect.resolution, ...effect.fields };
}

/** The content of one ticket write for the help desk adapter. `close` means solved, with its fields and the field Resolution. */
export function ticketWriteOf(write: PlannedWrite): TicketContent {
  const content: TicketContent = {};
  for (const { effect } of write.steps) addTo(content, effect);
  return content;
}

function addTo(content: TicketContent, effect: RenderedEffect): void {
  switch (effect.type) {
    case 'reply':
    case 'note':
      content.comment = { public: effect.type === 'reply', text: effect.text, html: effect.html };
      break;
    case 'set':
      content.fields = { ...content.fields, ...effect.fields };
      break;
    case 'tag':
      if (effect.add.length > 0) content.addTags = [...(content.addTags ?? []), ...effect.add];
      if (effect.remove.length > 0) content.removeTags = [...(content.removeTags ?? []), ...effect.remove];
      break;
    case 'assign':
      content.assignee = effect.agent;
      break;
    case 'group':
      content.group = effect.group;
      break;
    case 'status':
      content.status = effect.status;
      break;
    case 'close':
      content.status = 'solved';
      content.fields = { ...content.fields, ...closingFields(effect) };
      break;
    case 'attach':
      // Its bytes are fetched when the write goes out, and go with the comment.
      break;
    case 'email':
    case 'slack':
    case 'http':
      throw new Error(`a ${effect.type} effect is not a ticket write`);
  }
}
