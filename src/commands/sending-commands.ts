// The commands about all sending: pause, resume-all, and the report on what was only decided.
import type { Command } from 'commander';
import { ask } from '../app/ask.js';
import type { ShadowReport } from '../core/shadow-report.js';
import type { SendingState } from '../ports/sending.js';
import { ProblemError, problem } from '../problem.js';
import { answer, type CommandKit, type Printed } from './command-kit.js';
import { confirm } from './confirm.js';
import { reportText } from './report-text.js';
import { stoppedText, waitingText } from './sending-text.js';

const REPORT_DAYS = 30;

export function sendingCommands(usher: Command, kit: CommandKit): void {
  usher
    .command('pause')
    .description('stop all sending at once, or that of one programme; reading and deciding go on')
    .argument('[programme]')
    .option('--json', 'print JSON')
    .action(async (programme: string | undefined, options: Printed) => {
      const state = await ask<SendingState>(kit.settings(), 'pause', { programme });
      answer(kit, options, state, () => stoppedText(state));
    });
  usher
    .command('resume-all')
    .description('go on after a stop or the breaker; lists first what would go out')
    .option('--dry-run', 'only list it')
    .option('--json', 'print JSON')
    .action(async (options: Printed & { dryRun?: boolean }) => {
      const settings = kit.settings();
      const state = await ask<SendingState>(settings, 'sending');
      if (options.dryRun) return answer(kit, options, state, () => waitingText(state));
      if (!options.json) {
        kit.print(waitingText(state));
        const isAsked = process.stdin.isTTY && process.stdout.isTTY;
        if (isAsked && !(await confirm('Go on? [y/N] ', process.stdin, process.stdout)))
          return kit.print('Nothing was changed.');
      }
      const resumed = await ask<number>(settings, 'resumeAll');
      const cases = resumed === 1 ? '1 case goes' : `${resumed} cases go`;
      answer(kit, options, { resumed, ...state }, () => `Sending goes on; ${cases} on with it.`);
    });
}

export function reportCommand(usher: Command, kit: CommandKit): void {
  usher
    .command('report')
    .description('shadow and propose: a rule at a time, what Usher would have done and what the agents did')
    .option('--days <n>', 'decisions of so many days', String(REPORT_DAYS))
    .option('--json', 'print JSON')
    .action(async (options: Printed & { days: string }) => {
      const report = await ask<ShadowReport>(kit.settings(), 'report', { days: daysOf(options.days) });
      answer(kit, options, report, () => reportText(report));
    });
}

function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 3_650) return days;
  throw new ProblemError(
    problem('argument-invalid', `--days: "${text}" is no number of days`, 'Between 1 and 3650, such as --days 7'),
  );
}
