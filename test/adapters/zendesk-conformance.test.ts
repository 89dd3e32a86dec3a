// The help desk conformance suite, run against the Zendesk adapter and the sandbox Zendesk.
import { authorization } from '../../src/adapters/helpdesk/zendesk/http.js';
import { zendeskReader } from '../../src/adapters/helpdesk/zendesk/reader.js';
import { zendeskWriter } from '../../src/adapters/helpdesk/zendesk/writer.js';
import { agents } from '../../src/sandbox/sample-people.js';
import { startZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { type Desk, helpdeskConformance } from './helpdesk-conformance.js';

const FAULTS = { redirect: '301', rate: '429', 'login-page': '200-html' } as const;

async function zendeskDesk(): Promise<Desk> {
  let clock = Date.parse('2026-02-03T04:05:06Z');
  const sandbox = await startZendeskSandbox({
    now: () => new Date(clock),
    limits: {
      requestsPerMinute: 5_000,
      updatesPerMinute: 1_000,
      updatesPerTicketPer10Minutes: 500,
      exportsPerMinute: 500,
    },
    searchLagSeconds: 5,
  });
  sandbox.addOrganization({ name: 'Acme Solar', domains: ['acme-solar.example'] });
  const options = {
    name: 'zendesk',
    url: sandbox.url,
    email: sandbox.email,
    apiToken: sandbox.apiToken,
    allowPrivateNetwork: true,
    now: () => clock,
  };
  return {
    reader: zendeskReader(options),
    writer: zendeskWriter(options),
    fileTicket: (subject) =>
      sandbox.customerFiles({
        name: 'Ann',
        email: 'ann@acme-solar.example',
        subject,
        body: 'We would like API access.',
        fields: { Company: 'Acme Solar', 'Platform Area': 'API' },
      }),
    requesterReplies: (id, text) => sandbox.customerReplies(id, text),
    agentReplies: (id, text, how) => {
      // The stamp counts whole seconds: what happens within one is the flow's to wait for.
      clock += 1_000;
      sandbox.agentReplies(id, text, how);
    },
    agentAssigns: (id) => sandbox.agentAssigns(id, agents.johnKilfoil.id),
    deleteTicket: (id) => sandbox.agentDeletes(id),
    automationFollowsNextWrite: () => sandbox.setTrigger('touched_by_trigger'),
    strangerMarks: async (id, mark) => {
      const answer = await fetch(`${sandbox.url}/api/v2/tickets/${id}`, {
        method: 'PUT',
        headers: {
          authorization: authorization(agents.samWhitaker.email, sandbox.apiToken),
          'content-type': 'application/json',
        },
        body: JSON.stringify({ ticket: { comment: { body: 'by hand', public: false }, metadata: { usher: mark } } }),
      });
      if (answer.status !== 200) throw new Error(`the stranger's update failed: ${answer.status}`);
    },
    publicComments: (id) =>
      sandbox
        .ticket(id)
        .comments.filter((c) => c.public)
        .map((c) => c.body + c.html_body),
    passSeconds: (seconds) => {
      clock += seconds * 1_000;
    },
    now: () => new Date(clock).toISOString(),
    loseNextAnswer: () => sandbox.fault('applied-then-reset', { match: 'PUT ' }),
    breakNext: (how) => sandbox.fault(FAULTS[how], { retryAfterSeconds: 7 }),
    repeatRows: () => sandbox.fault('repeat-rows', { times: 100, match: '/incremental/' }),
    forbidExport: () => {
      for (const user of sandbox.state().users) if (user.id === sandbox.botId) user.role = 'agent';
    },
    text: { field: 'Company', value: 'Acme Solar' },
    choice: { field: 'Platform Area', options: ['API', 'Billing'] },
    agent: String(agents.johnKilfoil.id),
    close: () => sandbox.close(),
  };
}

helpdeskConformance('Zendesk', zendeskDesk);
