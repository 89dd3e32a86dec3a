// The sandbox's pages: what was received, and filing a ticket of one's own.
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../problem.js';
import { type ConsoleContext, formOf, queryValue, sendPage, shellFor } from './console-context.js';
import type { SandboxSide } from './http-options.js';
import { emptyTicket, readSandboxForm, sandboxFormPage } from './pages/sandbox-form.js';
import { sandboxPage } from './pages/sandbox-page.js';

export function sandboxRoutes(app: FastifyInstance, context: ConsoleContext, sandbox: SandboxSide): void {
  const examples = sandbox.examples ?? [];
  app.get('/sandbox', async (request, reply) =>
    sendPage(reply, sandboxPage(await shellFor(context, request, reply), await sandbox.views())),
  );
  app.get('/sandbox/new', async (request, reply) => {
    const example = examples[Number.parseInt(queryValue(request, 'example'), 10)];
    const shell = await shellFor(context, request, reply);
    return sendPage(reply, sandboxFormPage(shell, example?.ticket ?? emptyTicket, {}, examples));
  });
  app.post('/sandbox/slack/click', async (request, reply) => {
    const form = formOf(request);
    await sandbox.clicks({ channel: form.get('channel'), ts: form.get('ts'), action: form.get('action') });
    return reply.redirect('/sandbox', 303);
  });
  app.post('/sandbox/slack/command', async (request, reply) => {
    await sandbox.types(formOf(request).get('text').slice(0, 500));
    return reply.redirect('/sandbox', 303);
  });
  app.post('/sandbox/new', async (request, reply) => {
    const { ticket, mistakes } = readSandboxForm(formOf(request));
    if (Object.keys(mistakes).length === 0) {
      try {
        return reply.redirect(`/?filed=${encodeURIComponent(await sandbox.fileTicket(ticket))}`, 303);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        mistakes.subject = error.problems.map((p) => p.message).join('; ');
      }
    }
    return sendPage(reply, sandboxFormPage(await shellFor(context, request, reply), ticket, mistakes, examples), 422);
  });
}
