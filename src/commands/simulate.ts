// `usher simulate`: what would be sent when, for a case or a saved ticket, with nobody answering; sends and writes nothing.
import { type Command, InvalidArgumentError } from 'commander';
import { ask } from '../app/ask.js';
import { decisionLine, stepLine } from '../core/explain.js';
import type { SimulatedMoment } from '../core/simulate.js';
import { moment } from '../core/wait-words.js';
import { answer, type CommandKit, type Printed } from './command-kit.js';
import type { TryOptions } from './try.js';

type Files = (settings: ReturnType<CommandKit['settings']>) => Omit<TryOptions, 'ticketFile'>;

export function simulateCommand(usher: Command, kit: CommandKit, files: Files): void {
  usher
    .command('simulate')
    .description('what would be sent when, with nobody answering; sends nothing')
    .argument('<case>', 'a case, or a saved ticket (a file that ends in .json)')
    .requiredOption('--until <date>', 'how far to look: a day or an ISO 8601 time', dateOf)
    .option('--json', 'print JSON')
    .action(async (what: string, options: Printed & { until: Date }) => {
      const moments = what.endsWith('.json')
        ? await simulateFile({ ...files(kit.settings()), ticketFile: what }, options.until)
        : await ask<SimulatedMoment[]>(kit.settings(), 'simulate', {
            caseId: what,
            until: options.until.toISOString(),
          });
      answer(kit, options, moments.map(simulatedJson), () => simulatedText(moments, options.until));
    });
}

/** Loaded only here: a case is simulated where its ticket is kept. */
async function simulateFile(file: TryOptions, until: Date): Promise<SimulatedMoment[]> {
  const [{ simulate }, { triageInput }] = await Promise.all([import('../core/simulate.js'), import('./try.js')]);
  return simulate(await triageInput(file), until);
}

function dateOf(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('Write a day like 2026-12-31, or an ISO 8601 time.');
  return at;
}

function simulatedJson({ at, triage, effects, next }: SimulatedMoment): unknown {
  const { kind, programme, rule, outcome, reason } = triage.decision;
  return { at, decision: { kind, programme, rule, outcome, reason }, effects, next };
}

/** One paragraph a moment: when, what is decided, the steps, and when the case wakes up next. */
export function simulatedText(moments: SimulatedMoment[], until: Date): string {
  const last = moments.at(-1);
  if (!last) return `Nothing would happen until ${moment(until.toISOString())}.`;
  const paragraphs = moments.map(({ at, triage, effects }) =>
    [
      `${moment(at)}  ${decisionLine({ ...triage, effects: [] })}`,
      ...(triage.decision.isWaiting && effects.length === 0 ? ['  nothing is sent; the wait goes on'] : []),
      ...effects.map((effect) => `  ${effect.followUp ? 'follow-up: ' : ''}${stepLine(effect)}`),
    ].join('\n'),
  );
  const end = last.next
    ? `After that it would wake up ${moment(last.next)}.`
    : 'After that nothing more happens by itself.';
  return [...paragraphs, end].join('\n\n');
}
