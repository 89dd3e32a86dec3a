// Gives effects their final content: texts from templates, addresses from the directory; or says why it must be a hold.
import { isToApprovers } from './approval-items.js';
import { findCredentials } from './credentials.js';
import type { Decision, Facts, RenderedEffect } from './decision.js';
import { addressField, eventAddress, isLeftOut } from './event-address.js';
import { renderHttpStep } from './http-step.js';
import { ADDRESS, listedAddress, listedRecipient } from './listed-address.js';
import type { Match } from './match-result.js';
import type { Directory, EffectSpec, MessageTemplate, Person, Programme } from './rulebook.js';
import { renderFields, renderPath } from './small-template.js';
import {
  EmptyVariable,
  pickTemplate,
  type RenderedTemplate,
  renderTemplate,
  TemplateFailure,
  templateScope,
} from './template.js';
import type { Ticket } from './ticket.js';

export interface RenderContext {
  facts: Facts;
  match: Match;
  programme: Programme;
  directory: Directory;
  ticket: Ticket;
}

/** Why an effect cannot be rendered; becomes the reason of the hold. */
class Unrenderable extends Error {}

/**
 * Renders every effect of a decision, or none: one empty variable, missing template or unknown person holds the whole case,
 * so that no customer gets half of what a rule says.
 */
export function renderEffects(
  decision: Decision,
  context: RenderContext,
): { effects: RenderedEffect[] } | { hold: string } {
  if (decision.effects.length === 0) return { effects: [] };
  const scope = templateScope({ ...context, decision });
  try {
    // Mails to those who may approve are written with the approval: each has links of its own.
    const effects = decision.effects
      .filter((e) => !isToApprovers(e) && !isLeftOut(e, { ...context.facts, ...context }))
      .map((effect) => {
        const { followUp } = effect;
        return { ...renderEffect(effect, context, scope), ...(followUp === undefined ? {} : { followUp }) };
      });
    const leak = effects.flatMap(credentialsIn)[0];
    return leak === undefined ? { effects } : { hold: leak };
  } catch (error) {
    const hold = holdReason(error);
    if (hold === null) throw error;
    return { hold };
  }
}

/** Why a person is asked instead of rendering; null for an error of another kind. */
export function holdReason(error: unknown): string | null {
  const isOurs = error instanceof EmptyVariable || error instanceof TemplateFailure || error instanceof Unrenderable;
  return isOurs ? capital(error.message) : null;
}

/** Why an effect may not leave: credentials never pass through a message. Names the kind, never the value. */
function credentialsIn(effect: RenderedEffect): string[] {
  const { type } = effect;
  const texts =
    effect.type === 'http'
      ? [effect.path, effect.body, ...Object.values(effect.headers)]
      : 'text' in effect
        ? [effect.text, 'subject' in effect ? effect.subject : '']
        : effect.type === 'attach'
          ? [effect.path]
          : 'fields' in effect
            ? [...Object.values(effect.fields), 'resolution' in effect ? effect.resolution : ''].map(String)
            : [];
  const which = 'template' in effect ? ` ("${effect.template}")` : '';
  return findCredentials(texts.join('\n')).map(
    (kind) =>
      `The ${type}${which} seems to contain a credential (${kind}): those never pass through messages, so nothing was sent`,
  );
}

function renderEffect(effect: EffectSpec, context: RenderContext, scope: object): RenderedEffect {
  switch (effect.type) {
    case 'reply': {
      const { template, body, html } = message(effect.template, 'reply', context, scope);
      return { type: 'reply', template: effect.template, locale: template.locale, text: body, html };
    }
    case 'note': {
      const { body, html } = message(effect.template, 'note', context, scope);
      return { type: 'note', template: effect.template, text: body, html };
    }
    case 'assign':
      return renderAssign(effect.to, context);
    case 'email': {
      const { address, name } = mailbox(effect.to, context);
      const { subject, body, html } = message(effect.template, 'email', context, scope);
      return { ...effect, address, name, subject: subject ?? '', text: body, html };
    }
    case 'slack': {
      const channel = own(context.directory.channels, effect.channel);
      if (!channel) throw new Unrenderable(`the directory has no channel "${effect.channel}"`);
      const { body } = message(effect.template, 'slack', context, scope);
      return { ...effect, channelId: channel.id, channelName: channel.name, text: body };
    }
    case 'http': {
      const endpoint = own(context.directory.endpoints, effect.to);
      if (!endpoint) throw new Unrenderable(`the directory has no endpoint "${effect.to}"`);
      return renderHttpStep(effect, scope, endpoint.isIdempotent);
    }
    case 'attach':
      if (!own(context.directory.endpoints, effect.from))
        throw new Unrenderable(`the directory has no endpoint "${effect.from}"`);
      return { ...effect, path: renderPath(effect.path, `attach ${effect.name}`, scope) };
    case 'set':
      return { ...effect, fields: renderFields(effect.fields, 'set', scope) };
    case 'hold':
      throw new Unrenderable(effect.reason);
    default:
      return effect;
  }
}

function message(
  name: string,
  channel: MessageTemplate['channel'],
  { programme, ticket, facts }: RenderContext,
  scope: object,
): RenderedTemplate & { template: MessageTemplate } {
  const { language } = facts.message;
  const locales = [ticket.locale, typeof language === 'string' ? language : null];
  const template = pickTemplate(programme, name, channel, locales);
  if (!template)
    throw new Unrenderable(`there is no ${channel} template "${name}" for ${ticket.locale || programme.locale}`);
  return { ...renderTemplate(template, scope), template };
}

function renderAssign(to: string, { directory, ticket }: RenderContext): RenderedEffect {
  const person = personOf(to, directory);
  const agent = own(person.helpdesk, ticket.helpdesk) ?? person.email;
  if (!agent) throw new Unrenderable(`the directory does not say who "${to}" is on ${ticket.helpdesk}`);
  return { type: 'assign', to, agent, name: person.name };
}

/** A mail from a template whose variables are the usual ones and `more`. Throws what `holdReason` understands. */
export function renderMail(
  to: { role: string; name: string; address: string },
  template: string,
  { context, scope, more }: { context: RenderContext; scope: object; more: Record<string, unknown> },
): Extract<RenderedEffect, { type: 'email' }> {
  if (!ADDRESS.test(to.address)) throw new Unrenderable(`"${to.role}" has no mail address that can be used`);
  const { subject, body, html } = message(template, 'email', context, { ...scope, ...more });
  const { role, name, address } = to;
  const content = { template, subject: subject ?? '', text: body, html, handoff: false };
  const mail = { type: 'email' as const, to: role, address, name, ...content };
  const [leak] = credentialsIn(mail);
  if (leak !== undefined) throw new Unrenderable(leak);
  return mail;
}

function mailbox(to: string, { directory, match, facts }: RenderContext): { address: string; name: string } {
  const field = addressField(to);
  if (field !== null) {
    const found = eventAddress(field, facts.event, directory);
    if ('why' in found) throw new Unrenderable(found.why);
    // A name that came with the event is the sender's word.
    return { address: found.address, name: found.address };
  }
  const listed = listedRecipient(to);
  if (listed) {
    const found = listedAddress(listed, match.listings, directory);
    if ('why' in found) throw new Unrenderable(found.why);
    return { address: found.address, name: found.address };
  }
  const person = personOf(to, directory);
  if (!person.email || !ADDRESS.test(person.email))
    throw new Unrenderable(`the directory has no mail address for "${to}"`);
  return { address: person.email, name: person.name };
}

function personOf(role: string, directory: Directory): Person {
  const person = own(directory.people, role);
  if (!person) throw new Unrenderable(`the directory names nobody as "${role}"`);
  return person;
}

function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
