// Starts the HTTP side: webhooks, health and the console, with their limits and guards.
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { ProblemError, problem } from '../problem.js';
import { isLoopback, passwordNeeded } from './address.js';
import { approvalRoutes } from './approval-routes.js';
import { caseRoutes } from './case-routes.js';
import { acceptForms, type ConsoleContext } from './console-context.js';
import { guardHost, guardSession, sendErrorPage, setSecurityHeaders } from './guards.js';
import { defaultLimits, type HttpLimits, type HttpOptions } from './http-options.js';
import { loginRoutes } from './login-routes.js';
import { assetRoutes, healthRoutes, metricsRoutes } from './open-routes.js';
import { sandboxRoutes } from './sandbox-routes.js';
import { sendingRoutes } from './sending-routes.js';
import { Brake, Sessions } from './session.js';
import { webhookRoutes } from './webhook-routes.js';

const closeDeadlineMs = 5_000;

/**
 * Listens and answers the address people open, `http://127.0.0.1:8080`. `close` lets running requests end, for 5 s at most.
 * Throws ProblemError `console-password-needed` for a non-loopback host without a password, `address-in-use` and
 * `address-not-available` when it cannot listen.
 */
export async function startHttp(options: HttpOptions): Promise<{ address: string; close(): Promise<void> }> {
  if (!isLoopback(options.host) && !options.consolePassword) throw new ProblemError(passwordNeeded(options.host));
  const limits = { ...defaultLimits, ...options.limits };
  const app = buildServer(options, limits);
  await listen(app, options);
  return { address: addressOf(app, options.host), close: () => closeSoon(app) };
}

function buildServer(options: HttpOptions, limits: HttpLimits): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: 5_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (_error, _request, reply) => {
      setSecurityHeaders(reply);
      sendErrorPage(reply, 400);
    },
    http: {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      maxHeaderSize: limits.headerBytes,
      // How often Node looks for slow requests; its default of 30 s would make the limits above meaningless.
      connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    },
  });
  app.server.maxConnections = limits.connections;
  app.addHook('onRequest', async (_request, reply) => setSecurityHeaders(reply));
  app.setNotFoundHandler((_request, reply) => sendErrorPage(reply, 404));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    // The name and code only: messages may quote what a customer wrote.
    if (status >= 500) {
      const where = request.routeOptions.url;
      options.log.error({ route: where, error: error.name, code: error.code, stack: callers(error) }, 'console failed');
    }
    return sendErrorPage(reply, status);
  });
  addRoutes(app, options, limits);
  return app;
}

function addRoutes(app: FastifyInstance, options: HttpOptions, limits: HttpLimits): void {
  const now = options.now ?? (() => new Date());
  const context: ConsoleContext = { options, sessions: new Sessions(options.consolePassword), now };
  const brake = new Brake(limits.loginsPerMinute);
  app.register(async (scope) => healthRoutes(scope, options));
  app.register(async (scope) => metricsRoutes(scope, options, { sessions: context.sessions, brake, now }));
  if (options.healthOnly) return;
  app.register(async (scope) => webhookRoutes(scope, options, limits.webhooksPerMinute));
  app.register(async (scope) => {
    guardHost(scope, options);
    assetRoutes(scope);
    scope.register(async (pages) => approvalRoutes(pages, options.approvals));
    scope.register(async (signIn) => {
      acceptForms(signIn, context);
      if (context.sessions.needsPassword) loginRoutes(signIn, context, new Brake(limits.loginsPerMinute));
    });
    scope.register(async (pages) => {
      guardSession(pages, context.sessions, now);
      acceptForms(pages, context);
      caseRoutes(pages, context);
      sendingRoutes(pages, context);
      if (options.sandbox) sandboxRoutes(pages, context, options.sandbox);
    });
  });
}

async function listen(app: FastifyInstance, { host, port }: HttpOptions): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EADDRINUSE') {
      throw new ProblemError(
        problem(
          'address-in-use',
          `Port ${port} on ${host} is taken by another program`,
          'Stop it, or set PORT to a free one',
        ),
        { cause: error },
      );
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EACCES') {
      throw new ProblemError(
        problem(
          'address-not-available',
          `Usher cannot listen on ${host}:${port} (${code})`,
          'Set HOST and PORT to an address of this machine that may be used',
        ),
        { cause: error },
      );
    }
    throw error;
  }
}

function addressOf(app: FastifyInstance, host: string): string {
  const bound = app.server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

async function closeSoon(app: FastifyInstance): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), closeDeadlineMs);
  await app.close().finally(() => clearTimeout(deadline));
}

function callers(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 6)
    .join('\n');
}
