// Answers what people ask from the chat: why, match, pause, resume, another look, and what needs a person. Rights are the directory's.
import type { CardPart, ChatCard } from '../core/chat-card.js';
import { cleanValue, oneLine } from '../core/escape.js';
import { explainDecision } from '../core/explain.js';
import { matchAsked } from '../core/match/match-asked.js';
import { indexFor } from '../core/match/programme-indexes.js';
import type { Match } from '../core/match-result.js';
import type { Person } from '../core/rulebook.js';
import { cut } from '../core/text.js';
import type { Ledger } from '../ledger.js';
import type { ChatDesk, ChatVisitor } from '../ports/chat-desk.js';
import type { Sending } from '../ports/sending.js';
import type { CaseViews } from '../ports.js';
import { ProblemError } from '../problem.js';
import { answerApproval } from './answer-approval.js';
import { homeOf } from './chat-home.js';
import type { FlowDeps } from './deps.js';
import { clickProof } from './hold-cards.js';

export interface DeskDeps extends Pick<FlowDeps, 'knowledge' | 'mark' | 'caseUrl' | 'enqueue' | 'clock'> {
  ledger: Pick<
    Ledger,
    'standingOf' | 'redraw' | 'resumeCase' | 'isNewDelivery' | 'approval' | 'openApprovals' | 'answerApproval'
  >;
  views: CaseViews;
  sending: Sending;
  /** As in case ids. */
  helpdesk: string;
}

const LISTED_MOST = 15;
const WHY_MOST = 8_000;
const HELP = [
  '/usher why TICKET: what was decided on a ticket, and why',
  '/usher match NAME: how an organization of that name would be matched',
  '/usher pause [PROGRAMME]: nothing new is sent',
  '/usher resume: sending goes on',
].join('\n');

export function chatDesk(deps: DeskDeps): ChatDesk {
  const verbs: Record<string, (rest: string, by: Person) => Promise<ChatCard>> = {
    why: (rest) => why(deps, rest),
    match: (rest) => matchEverywhere(deps, rest),
    pause: (rest, by) => pause(deps, rest, by),
    resume: async (_rest, by) => {
      const cases = await deps.sending.goOn(by.name);
      return said(`Sending goes on; ${cases} tickets that waited are taken up again.`);
    },
  };
  return {
    async command(from, text) {
      const by = await personOf(deps, from);
      if (!by) return stranger();
      const [verb = '', ...rest] = text.trim().split(/\s+/);
      const act = Object.hasOwn(verbs, verb.toLowerCase()) ? verbs[verb.toLowerCase()] : undefined;
      if (!act) return said(HELP);
      try {
        return await act(rest.join(' '), by);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        return said(error.problems.map((p) => `${p.message}. ${p.fix}.`).join('\n'));
      }
    },
    async click(from, { action, value }) {
      if (action === 'approve' || action === 'refuse')
        return from.isOurs ? answer(deps, from.id, action === 'approve' ? 'approved' : 'refused', value) : stranger();
      if (action !== 'look-again') return null;
      const by = await personOf(deps, from);
      return by ? lookAgain(deps, value, by) : stranger();
    },
    async home(from) {
      return (await personOf(deps, from)) ? homeOf(deps, from.id) : stranger();
    },
    isNew: (delivery) => deps.ledger.isNewDelivery(delivery),
  };
}

/** Whom the directory knows by this id in the chat. */
async function personOf({ knowledge }: DeskDeps, { id, isOurs }: ChatVisitor): Promise<Person | null> {
  if (!isOurs) return null;
  const { people } = (await knowledge()).rulebook.directory;
  return Object.values(people).find((person) => person.slack === id) ?? null;
}

const said = (text: string, label: string | null = null): ChatCard => ({
  heading: null,
  parts: [{ label, text }],
  buttons: [],
  footer: null,
});

const stranger = (): ChatCard =>
  said('Usher answers people who stand in rules/directory.yaml with their Slack id. Ask whoever keeps that file.');

async function why({ views, helpdesk }: DeskDeps, asked: string): Promise<ChatCard> {
  const id = asked.trim().replace(/^#/, '');
  const detail = (await views.detail(`${helpdesk}-${id}`)) ?? (await views.detail(id));
  if (!detail) return said(`Usher knows no ticket ${oneLine(asked, 60) || 'without a number'}.`);
  const triage = detail.decisions[0]?.triage;
  // After retention the texts are gone.
  if (!triage) return said(`Nothing is known any more, or yet, of what was decided on ticket ${oneLine(id, 60)}.`);
  return said(cut(cleanValue(explainDecision(triage)), WHY_MOST));
}

/** In the lists of each active programme. */
async function matchEverywhere({ knowledge, clock }: DeskDeps, name: string): Promise<ChatCard> {
  const { rulebook, indexes } = await knowledge();
  const parts = rulebook.programmes.flatMap((programme) => {
    const match = matchAsked({ name }, indexFor(indexes, programme, rulebook, clock.now()));
    return matched(match, rulebook.programmes.length > 1 ? `${programme.title}: ` : '');
  });
  return { heading: null, parts, buttons: [], footer: null };
}

function matched(match: Match, where: string): CardPart[] {
  const lists = Object.values(match.lists).map(
    (l) => `${l.list}: ${l.value ?? 'not known'} (${oneLine(l.reason, 300)})`,
  );
  const candidates = match.candidates
    .slice(0, LISTED_MOST)
    .map((c) => oneLine(`${c.name} (${c.cell}, ${c.status ?? 'status not known'}): ${c.why}`, 300));
  const part = (label: string, lines: string[]): CardPart[] =>
    lines.length > 0 ? [{ label, text: lines.join('\n') }] : [];
  return [
    { label: `${where}${oneLine(match.name ?? 'No name', 150)}, ${match.verdict}`, text: oneLine(match.reason, 1_000) },
    ...part('Lists', lists),
    ...part('Candidates, for a person; never acted upon', candidates),
  ];
}

async function pause({ sending }: DeskDeps, rest: string, by: Person): Promise<ChatCard> {
  const programme = rest.trim() === '' ? null : rest.trim();
  await sending.pause(programme, by.name);
  const { waiting } = await sending.state();
  return said(
    `Nothing new is sent${programme ? ` by ${programme}` : ''} from now on; ${waiting.length} steps wait. To go on: /usher resume`,
  );
}

/** The value names a case and proves which decision was on the card: an older card does nothing, and is drawn again. */
async function lookAgain(deps: DeskDeps, value: string, by: Person): Promise<ChatCard> {
  const [caseId = '', proof = ''] = value.split(' ');
  const standing = await deps.ledger.standingOf(caseId);
  if (!standing) return said('Usher no longer knows this ticket.');
  if (!standing.isHeld || proof !== clickProof(deps.mark, { caseId, ...standing })) {
    await deps.ledger.redraw(caseId);
    await deps.enqueue(caseId);
    return said('This card was out of date, and nothing was done. It is drawn again.');
  }
  await deps.ledger.resumeCase(caseId, by.name, `click:${proof}`);
  await deps.enqueue(caseId);
  return said('Usher looks at the ticket again; the card will say what came of it.');
}

/** The value is the approval's own name, a keyed hash of what was shown: what changed since has another one. */
async function answer(deps: DeskDeps, slack: string, state: 'approved' | 'refused', id: string): Promise<ChatCard> {
  const { ledger, enqueue, knowledge } = deps;
  const directory = async () => (await knowledge()).rulebook.directory;
  const given = await answerApproval({ ledger, directory, enqueue }, id, { slack }, { state, via: 'Slack' });
  if (given.kind === 'unknown') return said('Usher no longer knows this approval.');
  if (given.kind === 'no-right')
    return said('You are not, or no longer, among those who may answer this. Nothing was done.');
  const { approval, counts } = given;
  if (counts) return said(`You ${state} it; the card will say so, and Usher goes on.`);
  await ledger.redraw(approval.caseId);
  await enqueue(approval.caseId);
  if (approval.state === 'approved' || approval.state === 'refused')
    return said(`It was ${approval.state} already, by ${oneLine(approval.by, 120)}. Your click changed nothing.`);
  return said('The ticket or a list has changed, and nothing was done. The card is drawn again.');
}
