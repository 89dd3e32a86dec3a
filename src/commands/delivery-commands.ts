// The commands about subscribers: what they were told, telling one of it again, and going on with one that was paused.
import type { Command } from 'commander';
import { ask } from '../app/ask.js';
import type { DeliveryLog } from '../ledger/deliveries.js';
import { visible } from '../problem.js';
import { answer, type CommandKit, type Printed } from './command-kit.js';

export function deliveryCommands(usher: Command, kit: CommandKit): void {
  const deliveries = usher
    .command('deliveries')
    .description('what subscribers were told of cases, newest first')
    .option('--json', 'print JSON')
    .action(async (options: Printed) => {
      const log = await ask<DeliveryLog>(kit.settings(), 'deliveries');
      answer(kit, options, log, () => deliveriesText(log));
    });
  deliveries
    .command('replay')
    .description('send one once more, under the same webhook-id')
    .argument('<id>')
    .action(async (id: string, _options: Printed, command: Command) => {
      const log = await ask<DeliveryLog>(kit.settings(), 'replay', { id });
      answer(kit, command.optsWithGlobals(), log, () => `Delivery ${id} goes out again.`);
    });
  deliveries
    .command('resume')
    .description('go on with a subscriber that was paused; what waits for it goes out')
    .argument('<subscriber>')
    .action(async (name: string, _options: Printed, command: Command) => {
      const log = await ask<DeliveryLog>(kit.settings(), 'resumeSubscriber', { name });
      answer(kit, command.optsWithGlobals(), log, () => `"${name}" is told again.`);
    });
}

/** `12  crm  case.done  event-ecologic-4e46  delivered (200), 1 attempt`, paused subscribers first. */
export function deliveriesText({ deliveries, paused }: DeliveryLog): string {
  const lines = deliveries.map((d) => {
    const tried = `${d.attempts} attempt${d.attempts === 1 ? '' : 's'}`;
    const again = d.state === 'waiting' ? `, next ${d.dueAt}` : '';
    const status = d.status ? ` (${d.status})` : '';
    return visible(`${d.id}  ${d.subscriber}  ${d.type}  ${d.caseId}  ${d.state}${status}, ${tried}${again}`);
  });
  return [
    ...paused.map((p) => visible(`Paused since ${p.since}: ${p.subscriber}, ${p.reason}`)),
    ...(lines.length > 0 ? lines : ['Nobody was told anything.']),
  ].join('\n');
}
