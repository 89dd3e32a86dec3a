// The commands about lists and single cases: lists, cases, settle, resume, correct.
import { type Command, Option } from 'commander';
import { ask, howOf } from '../app/ask.js';
import type { CaseDetail, CaseState, ListedCase, ListStatus } from '../ports.js';
import { casesText, caseText } from './cases-text.js';
import { answer, type CommandKit, type Printed } from './command-kit.js';
import { listsText } from './lists-text.js';

const states: CaseState[] = ['new', 'waiting', 'acting', 'held', 'done', 'not-for-usher'];

export function listCommands(usher: Command, kit: CommandKit): void {
  const lists = usher
    .command('lists')
    .description('the lists in use, their ages and what is wrong in them')
    .option('--json', 'print JSON')
    .action(async (options: Printed) => {
      const statuses = await ask<ListStatus[]>(kit.settings(), 'lists');
      answer(kit, options, statuses, () => listsText(statuses));
    });
  lists
    .command('accept')
    .description('accept a large change')
    .argument('<hash>', 'as shown by `usher lists`')
    .action(async (hash: string, _options: Printed, command: Command) => {
      const statuses = await ask<ListStatus[]>(kit.settings(), 'accept', { hash });
      answer(kit, command.optsWithGlobals(), statuses, () => listsText(statuses));
    });
}

export function caseCommands(usher: Command, kit: CommandKit): void {
  usher
    .command('cases')
    .description('what happened: all cases, or one with its reasons')
    .argument('[id]')
    .addOption(new Option('--state <state>', 'only cases in this state').choices(states))
    .option('--search <text>', 'part of the subject, requester or ticket id')
    .option('--json', 'print JSON')
    .action(async (id: string | undefined, options: Printed & { state?: string; search?: string }) => {
      if (id !== undefined) return tell(options, await ask<CaseDetail>(kit.settings(), 'cases', { id }));
      const { state, search } = options;
      const found = await ask<ListedCase[]>(kit.settings(), 'cases', { state, search });
      answer(kit, options, found.map(withoutMode), () => casesText(found));
    });
  usher
    .command('settle')
    .description('say of a step whether it arrived')
    .argument('<case>')
    .argument('<step>')
    .option('--done', 'it arrived')
    .option('--again', 'it did not arrive: send it again')
    .option('--drop', 'do not send it')
    .option('--json', 'print JSON')
    .action(async (caseId: string, stepId: string, options: SettleOptions) => {
      tell(options, await ask<CaseDetail>(kit.settings(), 'settle', { caseId, stepId, how: howOf(options) }));
    });
  usher
    .command('resume')
    .description('look at a case again')
    .argument('<case>')
    .option('--json', 'print JSON')
    .action(async (caseId: string, options: Printed) => {
      tell(options, await ask<CaseDetail>(kit.settings(), 'resume', { caseId }));
    });
  usher
    .command('correct')
    .description('a finished case ended wrongly: put it right by the rules for corrections')
    .argument('<case>')
    .requiredOption('--outcome <outcome>', 'what would have been right')
    .option('--json', 'print JSON')
    .action(async (caseId: string, options: Printed & { outcome: string }) => {
      tell(options, await ask<CaseDetail>(kit.settings(), 'correct', { caseId, outcome: options.outcome }));
    });
  const tell = (options: Printed, detail: CaseDetail) => answer(kit, options, detail, () => caseText(detail));
}

interface SettleOptions extends Printed {
  done?: boolean;
  again?: boolean;
  drop?: boolean;
}

/** The shape that `cases --json` promises. */
function withoutMode({ mode: _mode, ...summary }: ListedCase): Omit<ListedCase, 'mode'> {
  return summary;
}
