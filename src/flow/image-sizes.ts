// Puts the real size of attached images into a ticket, where the programme that takes it asks for that.
import { chooseProgramme } from '../core/choose-programme.js';
import type { CaseFacts } from '../core/decision.js';
import { isMeasurable } from '../core/image-files.js';
import type { Rulebook } from '../core/rulebook.js';
import type { Ticket } from '../core/ticket.js';
import type { FlowDeps } from './deps.js';

/**
 * The ticket with width and height at each image that could be read; the sizes are stored with it, so that a decision can be
 * repeated without the network. Throws ProblemError when the help desk cannot be asked just now.
 */
export async function withImageSizes(
  { measureImage, reader }: FlowDeps,
  rulebook: Rulebook,
  { ticket, facts }: { ticket: Ticket; facts: CaseFacts },
): Promise<Ticket> {
  if (
    !measureImage ||
    !reader.images ||
    !ticket.attachments.some((file) => isMeasurable(file) && file.width === undefined)
  )
    return ticket;
  const choice = chooseProgramme(ticket, rulebook, facts);
  if (choice.kind === 'ignore' || !choice.programme?.readsImages) return ticket;
  const images = await reader.images(ticket.id);
  const attachments: Ticket['attachments'] = [];
  for (const file of ticket.attachments) {
    const image = images.find((one) => one.name === file.name && one.bytes === file.bytes);
    const size = image?.content ? await measureImage(image.content) : null;
    attachments.push(size ? { ...file, width: size.width, height: size.height } : file);
  }
  return { ...ticket, attachments };
}
