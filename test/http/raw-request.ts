// Sends bytes over a socket as they are, for requests that well-behaved clients cannot make.
import { connect } from 'node:net';

/** Status (0 when none came) and full text of the answer, once the server has closed; `ms` is how long that took. */
export function rawRequest(
  address: string,
  bytes: string | Buffer,
): Promise<{ status: number; text: string; ms: number }> {
  const { hostname, port } = new URL(address);
  const begun = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    // A reset after the answer is the server's right when it has not read everything.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
      resolve({ status, text, ms: performance.now() - begun });
    });
  });
}
