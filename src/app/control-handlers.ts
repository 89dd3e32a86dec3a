// What commands may ask of the running bot over its local socket.
import { userInfo } from 'node:os';
import { z } from 'zod';
import { shadowReport } from '../core/shadow-report.js';
import type { ControlHandlers } from '../http/control-socket.js';
import type { Comparisons } from '../ledger/comparisons.js';
import type { Deliveries, DeliveryLog } from '../ledger/deliveries.js';
import type { Ledger } from '../ledger.js';
import type { CaseViews, Snapshots } from '../ports.js';
import { ProblemError, problem } from '../problem.js';
import { verifyAudit } from '../storage/audit-verify.js';
import type { Database } from '../storage/pool.js';
import { exportAudit } from './audit.js';
import { writeBackup } from './backup.js';
import { correctCase } from './correct-case.js';
import type { KnowledgeBase } from './knowledge.js';
import { sendingOf } from './sending.js';
import { simulateCase } from './simulate-case.js';

const states = z.enum(['new', 'waiting', 'acting', 'held', 'done', 'not-for-usher']);
const shapes = {
  cases: z.object({
    id: z.string().optional(),
    state: states.optional(),
    search: z.string().optional(),
    limit: z.number().int().min(1).max(10_000).default(1_000),
  }),
  settle: z.object({ caseId: z.string(), stepId: z.string(), how: z.enum(['done', 'again', 'drop']) }),
  resume: z.object({ caseId: z.string() }),
  correct: z.object({ caseId: z.string(), outcome: z.string() }),
  pause: z.object({ programme: z.string().optional() }),
  report: z.object({ days: z.number().int().min(1).max(3_650) }),
  accept: z.object({
    hash: z.string().regex(/^[0-9a-f]{8,64}$/, 'must be at least 8 of the hex digits that `usher lists` shows'),
  }),
  backup: z.object({ file: z.string() }),
  auditVerify: z.object({
    head: z.object({ sequence: z.number().int().nullable(), hash: z.string() }).nullable(),
  }),
  auditExport: z.object({ file: z.string() }),
  deliveries: z.object({ limit: z.number().int().min(1).max(1_000).default(50) }),
  replay: z.object({ id: z.string().regex(/^\d{1,15}$/, 'must be the number that `usher deliveries` shows') }),
  resumeSubscriber: z.object({ name: z.string() }),
  simulate: z.object({ caseId: z.string(), until: z.iso.datetime() }),
  match: z.object({
    name: z.string(),
    domain: z.string().optional(),
    email: z.string().optional(),
    programme: z.string().optional(),
  }),
};

export interface ControlParts {
  ledger: Ledger;
  views: CaseViews;
  snapshots: Snapshots;
  comparisons: Comparisons;
  deliveries: Deliveries;
  /** Names of the active ones. */
  programmes: string[];
  /** Opened when a command first needs it. */
  knowledge: () => Promise<KnowledgeBase>;
  db: Database;
}

/** The socket belongs to the user who runs the bot (mode 0600), so that user is who speaks. */
export function controlHandlers(parts: ControlParts): ControlHandlers {
  const { ledger, views, snapshots, comparisons, programmes, knowledge, db } = parts;
  const by = userInfo().username;
  const sending = sendingOf(ledger, programmes);
  return {
    async cases(args) {
      const { id, ...filter } = read(shapes.cases, args);
      if (!id) return views.list({ ...filter, offset: 0 });
      const found = await views.detail(id);
      if (!found)
        throw new ProblemError(problem('no-such-case', `There is no case ${id}`, 'See all cases with: usher cases'));
      return found;
    },
    async settle(args) {
      const { caseId, stepId, how } = read(shapes.settle, args);
      await ledger.settleByPerson(caseId, stepId, how, by);
      return views.detail(caseId);
    },
    async resume(args) {
      const { caseId } = read(shapes.resume, args);
      await ledger.resumeCase(caseId, by);
      return views.detail(caseId);
    },
    async correct(args) {
      const { caseId, outcome } = read(shapes.correct, args);
      await correctCase({ ledger, views, rulebook: (await knowledge()).rulebook() }, caseId, outcome, by);
      return views.detail(caseId);
    },
    async pause(args) {
      await sending.pause(read(shapes.pause, args).programme ?? null, by);
      return sending.state();
    },
    sending: () => sending.state(true),
    resumeAll: () => sending.goOn(by),
    async report(args) {
      const { days } = read(shapes.report, args);
      return shadowReport(days, await comparisons.tickets(days));
    },
    async lists() {
      const base = await knowledge();
      await base.refresh();
      return base.listStatuses();
    },
    async accept(args) {
      const { hash } = read(shapes.accept, args);
      const accepted = await snapshots.accept(hash);
      if (!accepted)
        throw new ProblemError(
          problem(
            'no-such-snapshot',
            `No list waits with a hash that begins with ${hash}`,
            'See what waits with: usher lists',
          ),
        );
      const base = await knowledge();
      await base.changed(`${accepted.title}: the waiting version was accepted by ${by}`);
      return base.listStatuses();
    },
    ...deliveryHandlers(parts.deliveries),
    backup: async (args) => writeBackup(db, read(shapes.backup, args).file),
    auditVerify: async (args) => verifyAudit(db.kysely(), read(shapes.auditVerify, args).head),
    auditExport: async (args) => exportAudit(db, read(shapes.auditExport, args).file),
    async simulate(args) {
      const { caseId, until } = read(shapes.simulate, args);
      return simulateCase({ views, knowledge: await knowledge() }, caseId, new Date(until));
    },
    match: async (args) => (await knowledge()).match(read(shapes.match, args)),
  };
}

function deliveryHandlers(deliveries: Deliveries): ControlHandlers {
  const log = async (limit: number): Promise<DeliveryLog> => ({
    deliveries: await deliveries.list(limit),
    paused: await deliveries.pauses(),
  });
  return {
    deliveries: async (args) => log(read(shapes.deliveries, args).limit),
    async replay(args) {
      const { id } = read(shapes.replay, args);
      if (await deliveries.replay(id)) return log(50);
      const fix = 'See all deliveries with: usher deliveries';
      throw new ProblemError(problem('no-such-delivery', `There is no delivery ${id}`, fix));
    },
    async resumeSubscriber(args) {
      const { name } = read(shapes.resumeSubscriber, args);
      if (await deliveries.resume(name)) return log(50);
      const fix = 'Those that are paused stand above the list of: usher deliveries';
      throw new ProblemError(problem('not-paused', `The subscriber "${name}" is not paused`, fix));
    },
  };
}

/** Throws ProblemError with everything that is wrong with the arguments. */
function read<T extends z.ZodType>(shape: T, args: unknown): z.output<T> {
  const parsed = shape.safeParse(args);
  if (parsed.success) return parsed.data;
  throw new ProblemError(
    parsed.error.issues.map((issue) =>
      problem('argument-invalid', `${issue.path.join('.')}: ${issue.message}`, 'See: usher help'),
    ),
  );
}
