// The commands about copies of everything: backup and restore.
import type { Command } from 'commander';
import { answer, type CommandKit, type Printed } from './command-kit.js';

export function backupCommands(usher: Command, kit: CommandKit): void {
  usher
    .command('backup')
    .description('write everything that Usher keeps into one file; the bot may run')
    .argument('<file>')
    .option('--json', 'print JSON')
    .action(async (file: string, options: Printed) => {
      // Loaded only here: what opens a database takes a while.
      const { backupCommand } = await import('../app/backup.js');
      const done = await backupCommand(kit.settings(), file);
      answer(kit, options, done, () => `${done.rows} rows are in ${done.file}.`);
    });
  usher
    .command('restore')
    .description('put a backup into an empty database, all or nothing')
    .argument('<file>')
    .option('--json', 'print JSON')
    .action(async (file: string, options: Printed) => {
      const { restoreCommand } = await import('../app/backup.js');
      const done = await restoreCommand(kit.settings(), file);
      answer(kit, options, done, () => `${done.rows} rows of ${done.file} are in the database.`);
    });
}
