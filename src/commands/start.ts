// `usher start`: runs the bot, prints one readable line a ticket, and stops cleanly on Ctrl-C.
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { whatCameOf } from '../app/sample-handlings.js';
import { type App, type AppEvents, isAtRest, startApp } from '../app.js';
import { stepLine } from '../core/explain.js';
import type { Mode } from '../ledger.js';
import type { CaseDetail, CaseState } from '../ports.js';
import { formatProblem, visible } from '../problem.js';
import type { Settings } from '../settings.js';

type Print = (line: string) => void;

const STATE_WORDS: Record<CaseState, string> = {
  new: 'New',
  waiting: 'Waiting',
  acting: 'Working',
  held: 'Needs a person',
  done: 'Done',
  'not-for-usher': 'Not for Usher',
};

const MODE_SAYS: Record<Mode, string> = {
  shadow: 'nothing is written',
  propose: 'internal notes are written and nothing else',
  live: 'customers are answered',
};

/** How far the heap may grow, in percent of what is in use, before it is collected: V8 takes up to four times as much where memory is plenty. */
const HEAP_GROWS_PERCENT = 60;

/** Resolves with the exit code once the bot has stopped. */
export async function startCommand(settings: Settings, print: Print): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWS_PERCENT}`);
  const told = new Map<string, string>();
  let app: App | undefined;
  let isSummed = false;
  const open = () => app?.samples?.left() ?? [];
  const sumUp = async () => {
    if (app?.mode !== 'sandbox' || isSummed || open().length > 0) return;
    isSummed = true;
    await printSummary(app, print);
  };
  let early: CaseDetail[] | null = [];
  const onCase = (detail: CaseDetail) => {
    // Nothing is told before it was said what this is.
    if (early) return void early.push(detail);
    if (!isAtRest(detail)) return;
    const line = caseLine(detail);
    // Seen again, and nothing came of it: an earlier start told it.
    const isKnown = app?.atRest.get(detail.id) === whatCameOf(detail);
    if (!isKnown && told.get(detail.id) !== line) print(line);
    told.set(detail.id, line);
    app?.samples?.rested(detail);
    void sumUp();
  };
  const stopping = onSignal(print);
  print('Usher is starting.');
  app = await startUnlessStopped(settings, stopping, {
    onProgress: (line) => print(`  ${line}`),
    onCase,
    onProblems: (problems) => {
      // What fails while everything is being closed is nobody's mistake.
      if (stopping.aborted) return;
      for (const p of problems) print(`  ${formatProblem(p)}`);
      if (problems.length === 0) print('  The mistakes in the rules are mended; the rules on disk are in use.');
    },
  });
  if (!app) return stopped(print);
  if (app.mode === 'sandbox') await welcomeToSandbox(app, print);
  else print(`Ready on ${settings.HELPDESK.join(', ')}${asRole(settings)}, mode ${app.mode}: ${MODE_SAYS[app.mode]}.`);
  print(settings.ROLE === 'worker' ? `Health: ${app.address}/healthz` : `Status page: ${app.address}`);
  const progress = setInterval(() => {
    const left = open();
    if (left.length > 0) print(`  … ${stillOpen(left)}`);
    else void sumUp();
  }, 5_000);
  const waiting = early;
  early = null;
  for (const detail of waiting) onCase(detail);
  await sumUp();
  if (!stopping.aborted) await once(stopping, 'abort');
  clearInterval(progress);
  const { unfinished } = await app.stop();
  for (const id of unfinished) print(`  ${id} was not finished; the next start goes on with it`);
  return stopped(print);
}

const asRole = ({ ROLE }: Settings) => (ROLE === 'all' ? '' : ` as ${ROLE}`);

function stopped(print: Print): number {
  print('Stopped.');
  return 0;
}

/** Undefined when a stop was asked for before it was up; everything is closed again then. */
async function startUnlessStopped(
  settings: Settings,
  stopping: AbortSignal,
  events: Omit<AppEvents, 'stopping'>,
): Promise<App | undefined> {
  try {
    return await startApp(settings, { ...events, stopping });
  } catch (error) {
    // Whatever could not be opened any more after a stop was asked for: it is closed, and that was asked for.
    if (stopping.aborted) return undefined;
    throw error;
  }
}

async function welcomeToSandbox(app: App, print: Print): Promise<void> {
  print(
    'No help desk is configured: this is the sandbox. Help desk, Slack and mail server are stand-ins on this machine.',
  );
  const seen = await app.views.counts();
  const left = app.samples?.left().length ?? 0;
  if (left > 0) {
    print(
      `${left} sample tickets were filed; each line says who, what was decided, by which rule, why, and what was done.`,
    );
    if (app.sandbox?.isAnswering)
      print('Some of the writers come back when they have read the answer: one more line for each.');
  } else
    print(
      `The sample tickets were handled before (${seen.done} done, ${seen.held} need a person, ${seen['not-for-usher']} not for Usher); nothing is repeated.`,
    );
}

/** The last ones by name: one may wait minutes for a far side that does not say whether it took what was sent. */
function stillOpen(open: string[]): string {
  const names = open.length <= 3 ? `: ${open.join(', ')}` : '';
  return `${open.length === 1 ? '1 ticket is' : `${open.length} tickets are`} still being worked on${names}`;
}

/**
 * What the latest handling came to: `#1004 Cascade Solar Group | Done: passed-to-sales by rule not-approved | because … -> e-mail …;
 * reply …`. What was only decided says so: `| Would have: passed-to-sales by rule not-approved | because … -> would have: e-mail …`.
 */
export function caseLine(detail: CaseDetail): string {
  const triage = detail.decisions[0]?.triage;
  const event = triage?.facts.event.source ? detail.subject : '';
  const who = triage?.match.name ?? (detail.requester.name || detail.requester.email || event || 'unknown requester');
  const isOnly = detail.mode !== 'live' && detail.state === 'done' && triage?.decision.kind === 'act';
  const outcome = detail.state === 'done' && detail.outcome ? `: ${detail.outcome}` : '';
  const rule = detail.rule ? ` by rule ${detail.rule}` : '';
  const steps = isOnly
    ? triage.effects.map((effect) => stepLine(effect))
    : detail.stepDetails
        .filter((s) => s.episode === detail.episode && s.state !== 'dropped')
        .map((s) => `${stepLine(s.effect)}${s.state === 'done' ? '' : ` (${s.state})`}`);
  const word = isOnly ? (detail.mode === 'propose' ? 'Proposed' : 'Would have') : STATE_WORDS[detail.state];
  const did = steps.length > 0 ? ` -> ${isOnly ? 'would have: ' : ''}${steps.join('; ')}` : '';
  return visible(`#${detail.ticketId} ${who} | ${word}${outcome}${rule} | ${detail.reason ?? ''}${did}`);
}

async function printSummary(app: App, print: Print): Promise<void> {
  const n = await app.views.counts();
  const busy = n.new + n.acting;
  print('');
  print(
    `Summary: ${n.done} done, ${n.held} need a person, ${n['not-for-usher']} not for Usher${n.waiting > 0 ? `, ${n.waiting} waiting` : ''}${busy > 0 ? `, ${busy} in work` : ''}.`,
  );
  print(`Everything it did and why: ${app.address}  (Ctrl-C stops)`);
}

/** Aborts at the first Ctrl-C or SIGTERM, however early; a second one ends the process as usual. */
function onSignal(print: Print): AbortSignal {
  const stopping = new AbortController();
  const stop = () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    print('Stopping: nothing new is begun; what runs is finished.');
    stopping.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return stopping.signal;
}
