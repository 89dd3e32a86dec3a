// Recognizes what a ticket asks for, by literal phrases, tags, fields and channel with weights, and reports why.
import type { Intent } from './rulebook.js';
import { foldWords, hasWords, ownLines } from './text.js';
import type { Ticket } from './ticket.js';

export interface IntentResult {
  name: string;
  score: number;
  threshold: number;
  verdict: 'yes' | 'unsure' | 'no';
  /** `phrase "api access" in subject +4`, strongest first as written in the intent. */
  reasons: string[];
}

/**
 * Scores each intent against the ticket's subject and body (its first requester message where the body is empty).
 * Each phrase counts once, whole words only; quoted reply text is not read.
 */
export function recognizeIntents(ticket: Ticket, intents: Intent[]): IntentResult[] {
  const first = ticket.messages.find((m) => m.author === 'requester' && m.public)?.body ?? '';
  const texts: Texts = {
    subject: foldWords(ticket.subject),
    body: foldWords(ownLines(ticket.body.trim() === '' ? first : ticket.body).join('\n')),
  };
  return intents.map((intent) => score(ticket, texts, intent));
}

interface Texts {
  subject: string;
  body: string;
}

function score(ticket: Ticket, texts: Texts, intent: Intent): IntentResult {
  const hits = [
    ...phraseHits(texts, intent),
    ...tagHits(ticket, intent),
    ...fieldHits(ticket, intent),
    ...channelHits(ticket, intent),
  ];
  const total = hits.reduce((sum, hit) => sum + hit.weight, 0);
  const verdict = total >= intent.threshold ? 'yes' : total >= intent.unsure && total > 0 ? 'unsure' : 'no';
  const reasons = hits.map((hit) => `${hit.what} ${hit.weight < 0 ? '' : '+'}${hit.weight}`);
  return { name: intent.name, score: total, threshold: intent.threshold, verdict, reasons };
}

interface Hit {
  what: string;
  weight: number;
}

function phraseHits(texts: Texts, intent: Intent): Hit[] {
  const seen = new Set<string>();
  return intent.phrases.flatMap(({ text, weight, where }) => {
    const phrase = foldWords(text);
    const places = where === 'both' ? (['subject', 'body'] as const) : [where];
    const found = places.filter((place) => hasWords(texts[place], phrase));
    // The same words listed for two locales are one piece of evidence.
    const key = `${phrase}|${where}`;
    if (found.length === 0 || seen.has(key)) return [];
    seen.add(key);
    return [{ what: `phrase "${text}" in ${found.join(' and ')}`, weight }];
  });
}

function tagHits(ticket: Ticket, intent: Intent): Hit[] {
  const tags = new Set(ticket.tags.map((tag) => tag.toLowerCase()));
  return Object.entries(intent.tags)
    .filter(([tag]) => tags.has(tag.toLowerCase()))
    .map(([tag, weight]) => ({ what: `tag "${tag}"`, weight }));
}

function fieldHits(ticket: Ticket, intent: Intent): Hit[] {
  return Object.entries(intent.fields).flatMap(([title, weights]) => {
    const value = Object.hasOwn(ticket.fields, title) ? ticket.fields[title] : null;
    const values = (Array.isArray(value) ? value : [value]).map((v) => foldWords(String(v ?? '')));
    return Object.entries(weights)
      .filter(([wanted]) => values.includes(foldWords(wanted)))
      .map(([wanted, weight]) => ({ what: `field "${title}" is "${wanted}"`, weight }));
  });
}

function channelHits(ticket: Ticket, intent: Intent): Hit[] {
  const channel = ticket.channel.toLowerCase();
  return Object.entries(intent.channels)
    .filter(([name]) => name.toLowerCase() === channel)
    .map(([name, weight]) => ({ what: `channel "${name}"`, weight }));
}
