// Says a decision in words: several lines for a person who asks why, one line for the console.
import { visible } from '../problem.js';
import { approvalKeys } from './approval-items.js';
import type { Decision, RenderedEffect, Triage } from './decision.js';
import { cut } from './text.js';
import { afterWords } from './wait-words.js';

const KINDS: Record<Decision['kind'], string> = { act: 'Act', hold: 'Needs a person', ignore: 'Not for Usher' };

/** Who, the verdict with its cells, the rule, why, and the steps under their title; safe to print to a terminal. */
export function explainDecision(triage: Triage, stepsTitle = 'Steps'): string {
  const { decision, match, effects } = triage;
  const reasons = triage.facts.match.listReasons as Record<string, string>;
  const listed = Object.values(match.lists).map((l) => {
    const why = Object.hasOwn(reasons, l.list) ? reasons[l.list] : l.reason;
    return `  ${l.list}: ${l.value ?? 'not known'}${why ? ` (${why})` : ''}`;
  });
  const evidence = match.evidence.map(
    (e) => `  ${e.supports ? '+' : '-'} ${e.says} [${[e.source, e.cell].filter(Boolean).join(', ')}]`,
  );
  const candidates = match.candidates.map(
    (c) => `  ${c.name} (${c.list}, ${c.cell}, ${c.status ?? 'status not known'}): ${c.why}`,
  );
  return [
    ...(decision.kind === 'hold'
      ? [`${KINDS.hold}: ${decision.reason}`]
      : [`${KINDS[decision.kind]}: ${decision.outcome ?? decision.reason}`]),
    `Ticket ${triage.facts.ticket.id}: ${triage.facts.ticket.subject || '(no subject)'}`,
    `Requester: ${whoWrote(triage)}`,
    `Organization: ${match.name ?? 'none named'}, ${match.verdict}. ${match.reason}`,
    ...section('Lists', listed),
    ...section('Evidence', evidence),
    ...section('Candidates (for a person; never acted upon)', candidates),
    ...(decision.rule ? [`Rule: ${decision.rule} of ${decision.programme}`, `Why: ${decision.reason}`] : []),
    ...section(
      'Rules tried',
      decision.trace.map((t) => `  ${t.rule}: ${t.answer === 'not-known' ? 'not known' : t.answer}, ${t.why}`),
    ),
    ...section(
      stepsTitle,
      [...effects, ...(triage.approval?.reminders ?? [])].map((effect, i) => `  ${i + 1}. ${stepLine(effect)}`),
    ),
    ...afterWords(decision, triage.facts.now),
    ...approvalLines(triage),
    `Rulebook ${triage.versions.rulebook.slice(0, 12)}${versionsOf(triage)}`,
  ]
    .map(visible)
    .join('\n');
}

function approvalLines({ approval }: Triage): string[] {
  if (!approval) return [];
  return [
    `Asks for approval of ${approvalKeys(approval).join(', ')}: ${approval.approvers.map((a) => `${a.name} <${a.address}>`).join(', ')}`,
    ...section(
      approval.items ? 'Once all are approved' : 'Once it is approved',
      approval.consequence.effects.map((effect) => `  ${stepLine(effect)}`),
    ),
  ];
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines];
}

function versionsOf(triage: Triage): string {
  return Object.entries(triage.versions.lists)
    .map(([list, hash]) => `, ${list} ${hash.slice(0, 12)}`)
    .join('');
}

function whoWrote({ facts }: Triage): string {
  const { name, email } = facts.requester;
  return name && email ? `${name} <${email}>` : String(name ?? email ?? 'not known');
}

/** One line: who, what was decided, by which rule, why, what is done. Control characters are made visible. */
export function decisionLine(triage: Triage): string {
  const { decision, effects, facts, match } = triage;
  const who = `#${facts.ticket.id} ${match.name ?? facts.organization.name ?? whoWrote(triage)}`;
  const what = decision.kind === 'act' ? (decision.outcome ?? KINDS.act) : KINDS[decision.kind];
  const rule = decision.rule ? ` by rule ${decision.rule}` : '';
  const done = effects.length > 0 ? ` -> ${effects.map(stepLine).join(', ')}` : '';
  return visible(`${cut(who, 80)}: ${what}${rule}, because ${cut(decision.reason, 400)}${done}`);
}

/** One step in support's words: `reply "not-approved"`, `e-mail "not-approved" to Mercedes Davis`. */
export function stepLine(effect: RenderedEffect): string {
  switch (effect.type) {
    case 'reply':
      return `reply "${effect.template}" to the customer`;
    case 'note':
      return noteLine(effect.template);
    case 'set':
      return `set ${fieldsLine(effect.fields)}`;
    case 'tag':
      return [...effect.add.map((t) => `add tag ${t}`), ...effect.remove.map((t) => `remove tag ${t}`)].join(', ');
    case 'assign':
      return `assign to ${effect.name}`;
    case 'group':
      return `hand to group ${effect.name}`;
    case 'status':
      return `status ${effect.status}`;
    case 'close': {
      const fields = effect.resolution === null ? effect.fields : { Resolution: effect.resolution, ...effect.fields };
      return `close${Object.keys(fields).length > 0 ? ` with ${fieldsLine(fields)}` : ''}`;
    }
    case 'email':
      return `e-mail "${effect.template}" to ${effect.name}`;
    case 'slack':
      return `Slack post "${effect.template}" in ${effect.channelName}`;
    case 'http':
      return `${effect.method} "${effect.key}" to ${effect.to}`;
    case 'attach':
      return `attach "${effect.name}" from ${effect.from}`;
  }
}

/** Notes that Usher writes of its own accord have no template file. */
function noteLine(template: string): string {
  if (template.startsWith('hold-')) return 'internal note why a person is needed';
  if (template.startsWith('grace-')) return 'internal note that announces it';
  if (template.startsWith('answer-')) return 'internal note that answers an agent';
  if (template === 'reminder') return 'internal note as a reminder';
  if (template === 'proposal') return 'internal note with the proposal';
  return `internal note "${template}"`;
}

function fieldsLine(fields: Record<string, string | number | boolean>): string {
  return Object.entries(fields)
    .map(([title, value]) => `${title} "${value}"`)
    .join(', ');
}
