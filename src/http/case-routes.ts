// The console's pages about cases and lists, and the three things a person can do with a case.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CaseFilter, CaseState } from '../ports.js';
import { ProblemError } from '../problem.js';
import { actorOf, type ConsoleContext, formOf, queryValue, sendPage, shellFor } from './console-context.js';
import { sendErrorPage } from './guards.js';
import type { SettleHow } from './http-options.js';
import { casePage } from './pages/case-page.js';
import { casesPage, casesPerPage } from './pages/cases-page.js';
import { listsPage } from './pages/lists-page.js';
import { caseStates } from './pages/words.js';

type CaseRequest = FastifyRequest<{ Params: { id: string } }>;

/** What the page says after a click, by the `did` of its address. */
const didWords: Record<string, string> = {
  done: 'Noted: it arrived. Usher goes on with the next step.',
  again: 'Noted: it will be sent again.',
  drop: 'Noted: it will not be sent.',
  resume: 'Usher looks at this ticket again.',
  correct: 'Noted: the outcome was wrong. Usher puts it right by the rules for corrections.',
};

export function caseRoutes(app: FastifyInstance, context: ConsoleContext): void {
  app.get('/', async (request, reply) => showCases(context, request, reply));
  app.get('/lists', async (request, reply) =>
    sendPage(reply, listsPage(await shellFor(context, request, reply), await context.options.lists())),
  );
  app.get('/cases/:id', async (request: CaseRequest, reply) => {
    const did = didWords[queryValue(request, 'did')];
    return showCase(context, request, reply, did ? { text: did, failed: false } : null);
  });
  app.post('/cases/:id/settle', async (request: CaseRequest, reply) => {
    const form = formOf(request);
    const how = form.get('how');
    if (how !== 'done' && how !== 'again' && how !== 'drop') return sendErrorPage(reply, 400);
    return act(context, request, reply, { did: how, step: form.get('step') });
  });
  app.post('/cases/:id/resume', async (request: CaseRequest, reply) => act(context, request, reply, { did: 'resume' }));
  app.post('/cases/:id/correct', async (request: CaseRequest, reply) => {
    const outcome = formOf(request).get('outcome');
    if (outcome === '') return sendErrorPage(reply, 400);
    return act(context, request, reply, { did: 'correct', outcome });
  });
}

async function showCases(context: ConsoleContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { views, lists, programmes } = context.options;
  const filed = queryValue(request, 'filed');
  if (filed) {
    const found = (await views.list({ search: filed, limit: 20, offset: 0 })).find((c) => c.ticketId === filed);
    if (found) return reply.redirect(`/cases/${encodeURIComponent(found.id)}`, 303);
  }
  const filter = readFilter(request);
  // One more than the page shows, to know whether there is a next page.
  const [cases, counts, listStatus] = await Promise.all([
    views.list({ ...filter, limit: casesPerPage + 1 }),
    views.counts(),
    lists(),
  ]);
  const names = programmes?.() ?? [...new Set(listStatus.map((l) => l.programme))];
  const data = {
    filter,
    cases: cases.slice(0, casesPerPage),
    more: cases.length > casesPerPage,
    counts,
    programmes: names,
    lists: listStatus,
    filed: filed || null,
  };
  return sendPage(reply, casesPage(await shellFor(context, request, reply), data));
}

function readFilter(request: FastifyRequest): CaseFilter {
  const state = queryValue(request, 'state') as CaseState;
  const pageNumber = Math.min(10_000, Math.max(1, Number.parseInt(queryValue(request, 'page'), 10) || 1));
  return {
    ...(caseStates.includes(state) ? { state } : {}),
    ...(queryValue(request, 'programme') ? { programme: queryValue(request, 'programme') } : {}),
    ...(queryValue(request, 'q') ? { search: queryValue(request, 'q') } : {}),
    limit: casesPerPage,
    offset: (pageNumber - 1) * casesPerPage,
  };
}

async function showCase(
  context: ConsoleContext,
  request: CaseRequest,
  reply: FastifyReply,
  notice: { text: string; failed: boolean } | null,
): Promise<FastifyReply> {
  const found = await context.options.views.detail(request.params.id);
  if (!found) return sendErrorPage(reply, 404);
  const shell = await shellFor(context, request, reply);
  const corrections = context.options.corrections(found.programme);
  return sendPage(reply, casePage(shell, found, { notice, corrections }), notice?.failed ? 409 : 200);
}

async function act(
  context: ConsoleContext,
  request: CaseRequest,
  reply: FastifyReply,
  wish: { did: SettleHow; step: string } | { did: 'resume' } | { did: 'correct'; outcome: string },
): Promise<FastifyReply> {
  const { actions, log } = context.options;
  const { id } = request.params;
  const by = actorOf(context, request);
  try {
    if (wish.did === 'resume') await actions.resume(id, by);
    else if (wish.did === 'correct') await actions.correct(id, wish.outcome, by);
    else await actions.settle(id, wish.step, wish.did, by);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    log.info({ case: id, problem: error.problems[0]?.code }, 'console: could not be done');
    const text = error.problems.map((p) => `${p.message}. ${p.fix}`).join(' ');
    return showCase(context, request, reply, { text, failed: true });
  }
  return reply.redirect(`/cases/${encodeURIComponent(id)}?did=${wish.did}`, 303);
}
