// The commands about the audit chain: verify it, against a head that was kept elsewhere, and export it.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ask } from '../app/ask.js';
import type { AuditExported } from '../app/audit.js';
import type { AuditReport, ExpectedHead } from '../ports/audit.js';
import { auditText } from './audit-text.js';
import { answer, type CommandKit, type Printed } from './command-kit.js';

/** A long chain takes a while; the bot says nothing meanwhile. */
const AUDIT_MOST_MS = 60 * 60_000;

export function auditCommands(usher: Command, kit: CommandKit): void {
  const audit = usher.command('audit').description('the sealed record of what was decided and done');
  audit
    .command('verify')
    .description('check every link and every sealed row; exits with 1 when something was changed')
    .option('--head <head>', 'a hash, or a file of `usher audit export`: the chain must still hold it')
    .option('--json', 'print JSON')
    .action(async (options: Printed & { head?: string }) => {
      const head = options.head === undefined ? null : await headOf(options.head);
      const report = await ask<AuditReport>(kit.settings(), 'auditVerify', { head }, AUDIT_MOST_MS);
      answer(kit, options, report, () => auditText(report));
      process.exitCode = report.ok ? 0 : 1;
    });
  audit
    .command('export')
    .description('write the chain into a file, a line an entry, with its head at the end')
    .argument('<file>')
    .option('--json', 'print JSON')
    .action(async (file: string, options: Printed) => {
      const args = { file: resolve(file) };
      const done = await ask<AuditExported>(kit.settings(), 'auditExport', args, AUDIT_MOST_MS);
      answer(kit, options, done, () =>
        done.head
          ? `${done.entries} entries are in ${done.file}.\nHead: ${done.head.hash}`
          : `Nothing was sealed yet; ${done.file} is empty but for its frame.`,
      );
    });
}

/** A file is read here, where the person is: the bot may not see it. */
async function headOf(given: string): Promise<ExpectedHead> {
  if (/^[0-9a-f]{64}$/i.test(given)) return { sequence: null, hash: given.toLowerCase() };
  const { headOfFile } = await import('../storage/audit-export.js');
  return headOfFile(given);
}
