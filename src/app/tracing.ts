// Spans for OpenTelemetry, when an endpoint is set; without one nothing of it is loaded.
import { checkedUrl, pinnedLookup, reachOf } from '../adapters/network.js';
import type { FlowDeps } from '../flow/deps.js';

export interface Tracing {
  span: NonNullable<FlowDeps['span']>;
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** This machine by its own name: no other can answer for it. */
const THIS_MACHINE = ['127.0.0.1', '[::1]', 'localhost'];

/**
 * `endpoint` is that of OTEL_EXPORTER_OTLP_ENDPOINT: traces go to `/v1/traces` below it, by OTLP over HTTP. null: no tracing. A
 * collector on this machine is always allowed. Throws ProblemError for an address that may not be spoken to.
 */
export async function startTracing(
  endpoint: string | undefined,
  allowPrivateNetwork: boolean,
): Promise<Tracing | null> {
  if (!endpoint) return null;
  const isAllowed = allowPrivateNetwork || THIS_MACHINE.includes(new URL(endpoint).hostname);
  const lookup = pinnedLookup(reachOf(checkedUrl(endpoint, 'OTEL_EXPORTER_OTLP_ENDPOINT', isAllowed), isAllowed));
  const [{ context, SpanStatusCode, trace }, { OTLPTraceExporter }, { resourceFromAttributes }, sdk] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace-node'),
    ]);
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    httpAgentOptions: { keepAlive: true, lookup },
  });
  const provider = new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'usher' }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  provider.register();
  const tracer = provider.getTracer('usher');
  return {
    async span(name, attributes, work) {
      const span = tracer.startSpan(name, { attributes }, context.active());
      try {
        return await context.with(trace.setSpan(context.active(), span), work);
      } catch (error) {
        // The name only: messages may quote what a customer wrote.
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
        throw error;
      } finally {
        span.end();
      }
    },
    async stop() {
      await provider.shutdown().catch(() => {});
    },
  };
}
