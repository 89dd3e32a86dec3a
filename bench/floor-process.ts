// The floor: a bare server that makes the same calls with open connections, and keeps nothing.
import { Agent, createServer, request } from 'node:http';
import nodemailer from 'nodemailer';
import { fieldIds } from '../src/sandbox/sample-people.js';
import { serveParent } from './process-file.js';
import type { WorldSettings } from './world-process.js';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const MAIL = 'Mercedes.Davis@goeverbright.com';
const CHANNEL = 'C0EVERSALES';
const LEAD = 9001;
const SOLVED = {
  status: 'solved',
  custom_fields: [
    { id: fieldIds.Resolution, value: 'resolution_declined' },
    { id: fieldIds['Platform Area'], value: 'area_account_management' },
    { id: fieldIds['Resolution Type'], value: 'resolution_type_account_management' },
  ],
};

interface Asked {
  world: WorldSettings;
  approved: string[];
}

function caller(base: string, authorization: string) {
  return <T>(method: string, path: string, body?: object): Promise<T> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers = { authorization, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const sent = request(`${base}${path}`, { method, agent, headers }, (answer) => {
        let said = '';
        answer.setEncoding('utf8').on('data', (part: string) => (said += part));
        answer.once('end', () =>
          answer.statusCode === 200 ? resolve(JSON.parse(said)) : reject(new Error(`${path}: ${answer.statusCode}`)),
        );
      });
      sent.once('error', reject);
      sent.end(text);
    });
}

function handlerOf({ world, approved }: Asked) {
  const login = Buffer.from(`${world.email}/token:${world.apiToken}`).toString('base64');
  const desk = caller(`${world.zendeskUrl}/api/v2`, `Basic ${login}`);
  const slack = caller(world.slackUrl, `Bearer ${world.botToken}`);
  const { hostname, port } = new URL(world.smtpUrl);
  const mailer = nodemailer.createTransport({ host: hostname, port: Number(port), pool: true, maxConnections: 8 });
  const names = new Set(approved);
  /** What Usher reads before a step: who touched the ticket since. */
  const inspect = async (id: string): Promise<string> => {
    const { ticket } = await desk<{ ticket: { updated_at: string } }>('GET', `/tickets/${id}`);
    await desk('GET', `/tickets/${id}/audits?sort=-created_at&page%5Bsize%5D=100`);
    return ticket.updated_at;
  };
  const update = async (id: string, change: object) => {
    const stamp = await inspect(id);
    await desk('PUT', `/tickets/${id}`, { ticket: { ...change, safe_update: true, updated_stamp: stamp } });
    await desk('GET', `/tickets/${id}/audits?sort=-created_at&page%5Bsize%5D=100`);
  };
  return async (id: string): Promise<void> => {
    const read = await desk<{ ticket: { organization_id: number; requester_id: number } }>('GET', `/tickets/${id}`);
    const [organization] = await Promise.all([
      desk<{ organization: { name: string } }>('GET', `/organizations/${read.ticket.organization_id}`),
      desk('GET', `/tickets/${id}/comments?sort=-created_at&include=users&page%5Bsize%5D=100`),
      desk('GET', `/users/show_many?ids=${read.ticket.requester_id}`),
    ]);
    const { name } = organization.organization;
    if (names.has(name)) {
      await update(id, { comment: { html_body: `Hello ${name}`, public: true }, assignee_id: LEAD });
      return;
    }
    await inspect(id);
    await mailer.sendMail({
      from: 'usher@everbright.example',
      to: MAIL,
      subject: name,
      text: name,
      html: `<p>${name}</p>`,
    });
    await inspect(id);
    await slack('POST', 'chat.postMessage', { channel: CHANNEL, text: name });
    await update(id, { comment: { html_body: `Hello ${name}`, public: true }, ...SOLVED });
  };
}

serveParent({
  start: (asked: Asked) => {
    const handle = handlerOf(asked);
    const server = createServer((incoming, outgoing) => {
      let said = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (said += part));
      incoming.once('end', () => {
        outgoing.end();
        void handle((JSON.parse(said) as { ticket_id: string }).ticket_id);
      });
    });
    return new Promise<string>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}/`);
      });
    });
  },
  peakMb: () => process.resourceUsage().maxRSS / 1024,
});
