#!/usr/bin/env node
// Entry: choose a command, print its answer or its Problems, set the exit code.
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Command, CommanderError } from 'commander';
import { ask } from './app/ask.js';
import { auditCommands } from './commands/audit-commands.js';
import { backupCommands } from './commands/backup-commands.js';
import { caseCommands, listCommands } from './commands/case-commands.js';
import { answer, type CommandKit, type Printed } from './commands/command-kit.js';
import { deliveryCommands } from './commands/delivery-commands.js';
import { doctorText } from './commands/doctor-text.js';
import { matchText } from './commands/match-text.js';
import { reportCommand, sendingCommands } from './commands/sending-commands.js';
import { simulateCommand } from './commands/simulate.js';
import type { AskedMatch } from './core/match/match-asked.js';
import type { Match } from './core/match-result.js';
import { didYouMean, formatProblem, ProblemError, problem, suggestion } from './problem.js';
import { readSettings, type Settings } from './settings.js';

const print = (text: string) => process.stdout.write(`${text}\n`);
const settings = (): Settings => {
  loadEnvFile('.env');
  return readSettings(process.env);
};
const files = (s: Settings) => ({
  rulesDir: s.RULES_DIR,
  templatesDir: s.TEMPLATES_DIR,
  programmes: s.PROGRAMMES,
  dataDir: s.DATA_DIR,
});

function loadEnvFile(file: string): void {
  if (!existsSync(file)) return;
  try {
    process.loadEnvFile(file);
  } catch (error) {
    const why = `The settings file cannot be read (${codeOf(error)})`;
    throw new ProblemError(problem('env-file-unreadable', why, 'Let the user who runs Usher read it', { file }));
  }
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? String(error);

const kit: CommandKit = { settings, print };

/** The release, as package.json names it. */
function version(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}

function program(): Command {
  const usher = new Command('usher')
    .description('Checks every API-access ticket against the guest list and shows it to the right place.')
    .version(version(), '--version', 'the release')
    .exitOverride();
  usher
    .command('start', { isDefault: true })
    .description('run the bot; with no help desk configured, the sandbox')
    .action(async () => {
      const read = settings();
      // Here and below: what a command alone needs is loaded by it, so that the others answer sooner.
      const { startCommand } = await import('./commands/start.js');
      process.exitCode = await startCommand(read, print);
    });
  usher
    .command('check')
    .description('every Problem in rules, templates, directory, lists and scenarios')
    .option('--json', 'print JSON')
    .action(async (options: Printed) => {
      const { checkCommand } = await import('./commands/check.js');
      const result = await checkCommand(files(settings()));
      answer(kit, options, result.json, () => result.text);
      process.exitCode = result.ok ? 0 : 1;
    });
  usher
    .command('try')
    .description('decide for one saved ticket; no network, no database')
    .argument('<ticket.json>', 'the ticket, as adapters produce it')
    .option('--json', 'print JSON')
    .action(async (ticketFile: string, options: Printed) => {
      const { tryCommand } = await import('./commands/try.js');
      const result = await tryCommand({ ...files(settings()), ticketFile });
      answer(kit, options, result.json, () => result.text);
      process.exitCode = result.ok ? 0 : 1;
    });
  usher
    .command('doctor')
    .description('test every connection, permission and file; sends nothing')
    .option('--json', 'print JSON')
    .action(async (options: Printed) => {
      const read = settings();
      const { doctor } = await import('./app/doctor.js');
      const findings = await doctor(read);
      answer(kit, options, findings, () => doctorText(findings));
      process.exitCode = findings.some((f) => f.level === 'error') ? 1 : 0;
    });
  simulateCommand(usher, kit, files);
  matchCommand(usher);
  listCommands(usher, kit);
  caseCommands(usher, kit);
  sendingCommands(usher, kit);
  deliveryCommands(usher, kit);
  reportCommand(usher, kit);
  backupCommands(usher, kit);
  auditCommands(usher, kit);
  return usher;
}

function matchCommand(usher: Command): void {
  usher
    .command('match')
    .description('show how an organization would be matched, with candidates and evidence')
    .argument('[name]', 'the name as the help desk has it')
    .option('--domain <domain>', "the requester's mail domain")
    .option('--email <address>', "the requester's mail address")
    .option('--programme <name>', 'whose lists to look in, where several are active')
    .option('--measure <file>', 'precision and abstention a tier on a labelled set')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, options: Printed & Omit<AskedMatch, 'name'> & { measure?: string }) => {
      if (options.measure !== undefined) {
        const { measureMatching } = await import('./commands/match-measure.js');
        const measured = measureMatching(await readMeasured(options.measure));
        answer(kit, options, measured, () => measured.table);
        process.exitCode = measured.wrong.length > 0 ? 1 : 0;
        return;
      }
      if (name === undefined)
        throw new ProblemError(
          problem('match-name', 'match needs a name', 'For example: usher match "Brightfield Solar LLC"'),
        );
      const { domain, email, programme } = options;
      const match = await ask<Match>(settings(), 'match', { name, domain, email, programme });
      answer(kit, options, match, () => matchText(match));
    });
}

async function readMeasured(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error) => {
    const why = `The labelled set cannot be read (${codeOf(error)})`;
    throw new ProblemError(problem('labelled-set-missing', why, 'For example: test/match/labelled.yaml', { file }));
  });
}

/** Without this a mistyped command would be taken for an argument of `start`. */
function refuseUnknown(usher: Command, word: string | undefined): void {
  const known = [...usher.commands.map((c) => c.name()), 'help'];
  if (word === undefined || word.startsWith('-') || known.includes(word)) return;
  const near = suggestion(word, known);
  const message = `There is no command "${word}"${didYouMean(near)}`;
  throw new ProblemError(problem('command-unknown', message, 'See all commands with: usher help'));
}

/** Everything that a person is to mend, or our own failure with the place in the program. */
function failureText(error: unknown): string {
  if (error instanceof ProblemError) return error.problems.map(formatProblem).join('\n');
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' };
  const place = /\/dist\/([\w./-]+:\d+)/.exec(stack ?? '')?.[1];
  const fix = `This is a bug in Usher: please report it${place ? `, with ${place}` : ''}`;
  return formatProblem(problem('bug', message, fix, { family: 'bug' }));
}

// Whoever read our output may be gone (`usher cases | head`): nobody is left to be told.
process.stdout.on('error', () => {});
try {
  const usher = program();
  refuseUnknown(usher, process.argv[2]);
  await usher.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    process.stderr.write(`${failureText(error)}\n`);
    process.exitCode = 1;
  }
}
