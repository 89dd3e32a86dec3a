// Handing one write to the far side: what each target is given, and how a repetition says that it may be one.
import { ticketWriteOf } from '../core/plan.js';
import type { OutgoingFile } from '../ports/files.js';
import type { Outcome } from '../ports.js';
import type { Hands } from './deps.js';
import type { WriteContext } from './perform.js';

/** One attempt at a claimed write, by the hand for its target. */
export async function deliver(
  { deps, lease, record, write }: WriteContext,
  hands: Hands,
  files: OutgoingFile[],
): Promise<Outcome> {
  const effect = write.steps[0]!.effect;
  const mark = write.mark!;
  const isRepeat = write.sends > 0;
  if (effect.type === 'slack')
    return hands.chat!.post({
      channelId: effect.channelId,
      text: isRepeat ? `${effect.text}\n_(possible duplicate)_` : effect.text,
      mark,
      threadTs: write.thread[0],
    });
  if (effect.type === 'email') {
    const subject = isRepeat ? `[possible duplicate] ${effect.subject}` : effect.subject;
    const mail = {
      to: { name: effect.name, address: effect.address },
      subject,
      text: effect.text,
      html: effect.html,
      mark,
      references: write.thread,
    };
    return hands.mail!.send(mail, async () => {
      await deps.ledger.markDot(lease, write.id);
      await deps.checkpoint('before-dot', record.id);
    });
  }
  if (effect.type === 'http') {
    const { to, method, path, headers, body, response } = effect;
    return hands.http!.send({ to, method, path, headers, body, response, mark });
  }
  const content = ticketWriteOf({ target: 'ticket', steps: write.steps });
  const { comment } = content;
  if (files.length > 0 && !comment)
    return { kind: 'refused', code: 'attachment', reason: 'a file goes with a comment' };
  const whole = comment && files.length > 0 ? { ...content, comment: { ...comment, attachments: files } } : content;
  return hands.helpdesk.update(record.ticketId, whole, { mark, version: write.version! });
}
