// The console's pages about all sending: stop, see what waits, go on; and the report on what was only decided.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem.js';
import { actorOf, type ConsoleContext, formOf, queryValue, sendPage, shellFor } from './console-context.js';
import { reportPage } from './pages/report-page.js';
import { sendingPage } from './pages/sending-page.js';

const REPORT_DAYS = 30;

/** What the page says after a click, by the `did` of its address. */
const didWords: Record<string, string> = {
  stop: 'Stopped: nothing new is sent. What had left already ends.',
  'go-on': 'Sending goes on.',
};

export function sendingRoutes(app: FastifyInstance, context: ConsoleContext): void {
  const { sending, log } = context.options;
  const show = async (request: FastifyRequest, reply: FastifyReply, failed: string | null): Promise<FastifyReply> => {
    const did = didWords[queryValue(request, 'did')];
    const notice = failed !== null ? { text: failed, failed: true } : did ? { text: did, failed: false } : null;
    const shell = await shellFor(context, request, reply);
    const programmes = context.options.programmes?.() ?? [];
    const data = { state: await sending.state(true), programmes, notice };
    return sendPage(reply, sendingPage(shell, data), failed === null ? 200 : 409);
  };
  app.get('/sending', async (request, reply) => show(request, reply, null));
  app.post('/sending/stop', async (request, reply) => {
    try {
      await sending.pause(formOf(request).get('programme') || null, actorOf(context, request));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return show(request, reply, error.problems.map((p) => `${p.message}. ${p.fix}`).join(' '));
    }
    log.info({}, 'console: sending was stopped');
    return reply.redirect('/sending?did=stop', 303);
  });
  app.post('/sending/go-on', async (request, reply) => {
    const resumed = await sending.goOn(actorOf(context, request));
    log.info({ cases: resumed }, 'console: sending goes on');
    return reply.redirect('/sending?did=go-on', 303);
  });
  app.get('/report', async (request, reply) => {
    const asked = Number.parseInt(queryValue(request, 'days'), 10);
    const days = asked >= 1 && asked <= 3_650 ? asked : REPORT_DAYS;
    return sendPage(reply, reportPage(await shellFor(context, request, reply), await context.options.report(days)));
  });
}
