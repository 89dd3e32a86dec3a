// A world for tests of the flow: real adapters on the sandbox's sockets, the shipped rules, sample lists, and processes that can die.
import { createHash, createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { createGovernor } from '../../src/adapters/helpdesk/zendesk/governor.js';
import { zendeskReader } from '../../src/adapters/helpdesk/zendesk/reader.js';
import { zendeskWriter } from '../../src/adapters/helpdesk/zendesk/writer.js';
import { slackChat } from '../../src/adapters/slack/slack-chat.js';
import { smtpMail } from '../../src/adapters/smtp/smtp-mail.js';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import { type FlowDeps, type Knowledge, TIMING } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import { sightByWebhook } from '../../src/flow/intake.js';
import type { CaseDetail } from '../../src/ports.js';
import { type SampleCompany, sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { startSlackSandbox } from '../../src/sandbox/slack-server.js';
import type { SlackSandbox } from '../../src/sandbox/slack-types.js';
import { startSmtpSandbox } from '../../src/sandbox/smtp-server.js';
import type { SmtpSandbox } from '../../src/sandbox/smtp-types.js';
import type { ZendeskLimits, ZendeskSandbox } from '../../src/sandbox/zendesk-sandbox.js';
import { startZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { openLedger } from '../../src/storage/ledger.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import type { Database } from '../../src/storage/pool.js';
import { caseViews } from '../../src/storage/views.js';
import { sampleKnowledge } from './sample-knowledge.js';

/** Virtual seconds pass this much faster than real ones, so that the two-second rule costs no patience. */
const SPEED = 40;

export type Company = SampleCompany;

const SYLLABLES = ['vor', 'qua', 'zel', 'mik', 'tru', 'pex', 'gom', 'hul', 'dra', 'wib'];

/** A company that no list knows nor has anything like it; another one for each number. */
export function newcomer(n: number): Company {
  const word = [...String(n + 1_000)].map((digit) => SYLLABLES[Number(digit)]).join('');
  const name = `${word[0]!.toUpperCase()}${word.slice(1)} Works`;
  const domain = `${word}works.example`;
  return { name, domain, contact: { name: 'Pat Example', email: `pat@${domain}` }, state: 'CA' };
}

/** Where a process is to die: at the nth time it comes by a checkpoint. */
export interface Death {
  at: Checkpoint;
  nth: number;
}

export interface World {
  zendesk: ZendeskSandbox;
  slack: SlackSandbox;
  smtp: SmtpSandbox;
  knowledge: Knowledge;
  /** Lets virtual time jump. */
  skip(ms: number): void;
  /** Files a ticket of a company's contact; answers the ticket's id. */
  file(company: Company, more?: { subject?: string; body?: string }): string;
  /** A fresh process. With `death` it stops for ever at that point; `reached` tells. */
  process(death?: Death | null, change?: Partial<FlowDeps>): Process;
  detail(caseId: string): Promise<CaseDetail>;
  /** Public comments by us on a ticket, as the customer received them. */
  replies(ticketId: string): string[];
  close(): Promise<void>;
}

export interface Process {
  deps: FlowDeps;
  /** How often each checkpoint was passed. */
  hits: Map<Checkpoint, number>;
  /** Works on the ticket until its case is at rest; resolves early with `died` when the process died. */
  run(ticketId: string, delivery?: string): Promise<'at-rest' | 'died'>;
}

/** What differs from the usual world. */
export interface WorldOptions {
  /** The help desk's limits; default: none. */
  limits?: Partial<ZendeskLimits>;
  exportPageMax?: number;
  /** Virtual seconds a real one. */
  speed?: number;
}

export async function startWorld(db: Database, options: WorldOptions = {}): Promise<World> {
  await migrate(db, migrations);
  const began = Date.now();
  const { speed = SPEED, exportPageMax } = options;
  let skippedMs = 0;
  const now = () => new Date(began + (Date.now() - began) * speed + skippedMs);
  const limits = options.limits ?? {
    requestsPerMinute: 1e6,
    updatesPerMinute: 1e6,
    updatesPerTicketPer10Minutes: 1e6,
    exportsPerMinute: 1e6,
    searchesPerMinute: 1e6,
  };
  const zendesk = await startZendeskSandbox({ now, limits, exportPageMax });
  const slack = await startSlackSandbox({ now, rateLimit: false });
  const smtp = await startSmtpSandbox({ now });
  const knowledge = await sampleKnowledge();
  const kysely = db.kysely<unknown>();
  const views = caseViews(kysely);
  for (const company of Object.values(sampleCompanies) as Company[])
    zendesk.addOrganization({ name: company.name, domains: [company.domain] });
  let processes = 0;
  const spawn = (death: Death | null = null, change: Partial<FlowDeps> = {}): Process => {
    const hits = new Map<Checkpoint, number>();
    let die: () => void = () => {};
    const died = new Promise<'died'>((resolve) => {
      die = () => resolve('died');
    });
    let isDead = false;
    const desk = {
      governor: createGovernor({ now: () => now().getTime() }),
      name: 'sandbox',
      url: zendesk.url,
      email: zendesk.email,
      apiToken: zendesk.apiToken,
      allowPrivateNetwork: true,
      now: () => now().getTime(),
      timeoutMs: 1_000,
    };
    const deps: FlowDeps = {
      ledger: openLedger(kysely),
      reader: zendeskReader(desk),
      hands: {
        helpdesk: zendeskWriter(desk),
        chat: slackChat({
          botToken: slack.botToken,
          apiUrl: slack.url,
          allowPrivateNetwork: true,
          now: () => now().getTime(),
          timeoutMs: 1_000,
        }),
        mail: smtpMail({
          url: smtp.url,
          from: { name: 'Usher', address: 'usher@everbright.example' },
          allowPrivateNetwork: true,
          timeoutMs: 1_000,
          dotTimeoutMs: 1_000,
        }),
      },
      knowledge: async () => knowledge,
      clock: { now },
      log: { debug() {}, info() {}, warn() {}, error() {} },
      caps: {
        repliesPerRequesterDay: 1_000,
        repliesPerDomainHour: 1_000,
        repliesPerMinute: 1_000,
        breakerPerTenMinutes: 10_000,
      },
      mode: 'live',
      caseUrl: (caseId) => `https://usher.example/cases/${caseId}`,
      approveUrl: (path) => `https://usher.example/approve/${path}`,
      owner: `process-${++processes}`,
      actSince: null,
      isGraceKept: false,
      timing: {
        ...TIMING,
        leaseMs: 60_000,
        sendMarginMs: 10_000,
        lookDelaysMs: [10, 20, 40],
        mailDuplicateAfterMs: 60,
        unsureAfterMs: 2_000,
        backoffBaseMs: 5,
        backoffMostMs: 50,
      },
      mark: (slots) => createHmac('sha256', 'test').update(slots).digest('hex').slice(0, 32),
      digest: (text) => createHash('sha256').update(text).digest('hex'),
      random: () => 0.5,
      async checkpoint(name) {
        // A dead process does nothing any more, ever: not even clean up.
        if (isDead) await new Promise(() => {});
        const n = (hits.get(name) ?? 0) + 1;
        hits.set(name, n);
        if (death && death.at === name && death.nth === n) {
          isDead = true;
          die();
          await new Promise(() => {});
        }
      },
      enqueue: () => {},
      ...change,
    };
    const toRest = async (ticketId: string, delivery: string): Promise<'at-rest'> => {
      const caseId = await sightByWebhook(deps, ticketId, `${delivery}-${ticketId}`);
      for (;;) {
        await handleCase(deps, caseId);
        const detail = await views.detail(caseId);
        const isOpen = detail!.stepDetails.some(
          (s) => s.state === 'claimed' || (s.state === 'planned' && detail!.state !== 'held'),
        );
        const news = await sql`select 1 from usher.triggers where case_id = ${caseId} and handled_at is null`.execute(
          kysely,
        );
        if (!isOpen && news.rows.length === 0 && ['done', 'held', 'not-for-usher'].includes(detail!.state))
          return 'at-rest';
        // What is due is the ledger's to say; nothing is done before.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    return { deps, hits, run: (ticketId, delivery = 'delivery') => Promise.race([toRest(ticketId, delivery), died]) };
  };
  return {
    zendesk,
    slack,
    smtp,
    knowledge,
    skip: (ms) => {
      skippedMs += ms;
    },
    process: spawn,
    file(company, more = {}) {
      const isKnown = zendesk.state().organizations.some((o) => o.name === company.name);
      if (!isKnown) zendesk.addOrganization({ name: company.name, domains: [company.domain] });
      return zendesk.customerFiles({
        name: company.contact.name,
        email: company.contact.email,
        subject: more.subject ?? 'API access request',
        body:
          more.body ??
          `Hello,\n\nwe would like to get API access for our integration.\n\nBest regards\n${company.contact.name}\n${company.name}`,
        fields: { Company: company.name, State: company.state },
      });
    },
    async detail(caseId) {
      const detail = await views.detail(caseId);
      if (!detail) throw new Error(`no case ${caseId}`);
      return detail;
    },
    replies: (ticketId) =>
      zendesk
        .world()
        .filter((e) => e.ticketId === ticketId && e.kind === 'public-comment' && e.by === 'usher')
        .map((e) => e.text),
    async close() {
      await Promise.all([zendesk.close(), slack.close(), smtp.close()]);
    },
  };
}
