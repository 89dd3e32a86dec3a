// The daily digest for the operations channel: done, waiting, oldest, stuck; also when all is zero.
import { DateTime } from 'luxon';
import { escapeSlack } from '../core/escape.js';
import type { Numbers } from '../ledger/announcements.js';
import type { AnnounceDeps } from './announce.js';

/** When it is told, in the programme's zone. */
const DIGEST_HOUR = 9;

export interface DigestPlace {
  channelId: string | null;
  /** IANA zone; a digest belongs to a day of this zone. */
  zone: string;
  /** Since when Usher runs here: no digest is told of days before. */
  since: Date;
  caseUrl: (caseId: string) => string | null;
  /** Further lines: suspended tickets, a list too old. Plain text. */
  more: string[];
}

/** Plans today's digest when its hour has come; the same day again changes nothing, and counts nothing. */
export async function planDigest(deps: AnnounceDeps, place: DigestPlace): Promise<void> {
  if (place.channelId === null) return;
  const local = DateTime.fromJSDate(deps.clock.now(), { zone: place.zone });
  const due = local.startOf('day').set({ hour: DIGEST_HOUR });
  if (local < due || due.toMillis() <= place.since.getTime()) return;
  const key = `digest:${local.toISODate()}`;
  if (await deps.announcements.has(key)) return;
  const text = digestText(await deps.announcements.numbers(24), place);
  await deps.announcements.plan({ key, channelId: place.channelId, text, mark: deps.mark(key) });
}

export function digestText(n: Numbers, { caseUrl, more }: Pick<DigestPlace, 'caseUrl' | 'more'>): string {
  const outcomes = n.outcomes.map(({ outcome, count }) => `${escapeSlack(outcome)} ${count}`).join(', ');
  const url = n.oldest && caseUrl(n.oldest.caseId);
  const oldest = n.oldest
    ? `; the oldest for ${inHours(n.oldest.hours)}: ${url ? `<${url}|${escapeSlack(n.oldest.caseId)}>` : escapeSlack(n.oldest.caseId)}`
    : '';
  return [
    '*Usher, the last 24 hours*',
    `Done: ${n.done}${outcomes ? ` (${outcomes})` : ''}`,
    `Need a person: ${n.held}${oldest}`,
    `Under way: ${n.open}${n.stuck > 0 ? `, ${n.stuck} of them stuck for more than an hour` : ''}`,
    `Not sure whether a step arrived: ${n.unsure}`,
    ...more.map(escapeSlack),
  ].join('\n');
}

function inHours(hours: number): string {
  return hours < 48 ? `${Math.max(1, Math.round(hours))} h` : `${Math.round(hours / 24)} days`;
}
