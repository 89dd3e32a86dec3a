// A gate in front of the sandbox's servers: it lets through what a mode may send, and keeps what it stopped.
import { once } from 'node:events';
import { createServer as createHttpServer, request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';

export interface Gate {
  url: string;
  /** `METHOD /path` or `a connection` of everything that was stopped, before a byte of it went on. */
  stopped: string[];
  close(): Promise<void>;
}

const portOf = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** Passes requests on to `target` when `mayPass` says so; cuts the connection otherwise. */
export async function httpGate(target: string, mayPass: (method: string, body: string) => boolean): Promise<Gate> {
  const stopped: string[] = [];
  const server = createHttpServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      if (!mayPass(incoming.method!, body.toString())) {
        stopped.push(`${incoming.method} ${incoming.url}`);
        incoming.socket.destroy();
        return;
      }
      const onward = request(new URL(incoming.url!, target), { method: incoming.method, headers: incoming.headers });
      onward.on('response', (response) => {
        answer.writeHead(response.statusCode!, response.headers);
        response.pipe(answer);
      });
      onward.on('error', () => incoming.socket.destroy());
      onward.end(body);
    });
  });
  const url = `http://127.0.0.1:${await portOf(server)}`;
  return { url, stopped, close: () => closed(server) };
}

/** Lets nothing through at all. */
export async function shutGate(scheme: string): Promise<Gate> {
  const stopped: string[] = [];
  const server = createServer((socket) => {
    stopped.push('a connection');
    socket.destroy();
  });
  return { url: `${scheme}://127.0.0.1:${await portOf(server)}`, stopped, close: () => closed(server) };
}

async function closed(server: Server): Promise<void> {
  server.close();
  if ('closeAllConnections' in server) (server as unknown as { closeAllConnections(): void }).closeAllConnections();
  await once(server, 'close');
}
