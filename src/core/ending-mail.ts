// The mail that tells a programme's owner which approvals end soon.
import { datesWords } from './approval-dates.js';
import { escapeHtml, oneLine } from './escape.js';
import type { Listing } from './listing.js';

/** `Acme Solar: approved until 2026-11-30 (Partners!G14), in the list Approved partners`. */
export function endingLine(listing: Listing, listTitle: string): string {
  return `${oneLine(listing.name)}: ${datesWords(listing)}, in the list ${oneLine(listTitle)}`;
}

/** Subject, text and HTML; `lines` are from `endingLine`. `isRepeat`: an earlier attempt may have arrived. */
export function endingMail(
  programmeTitle: string,
  lines: string[],
  isRepeat: boolean,
): { subject: string; text: string; html: string } {
  const paragraphs = [
    `These approvals of ${oneLine(programmeTitle)} end soon:`,
    lines.map((line) => `- ${line}`).join('\n'),
    'An approval holds through its last day. After it, Usher lets nobody in by it and declines nobody: requests go to a person. To go on, write a later day into the cell.',
    'Each is told once. Usher, the support bot',
  ];
  return {
    subject: `${isRepeat ? '[possible duplicate] ' : ''}Approvals that end soon: ${oneLine(programmeTitle)}`,
    text: paragraphs.join('\n\n'),
    html: paragraphs.map((text) => `<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`).join(''),
  };
}
