// Makes a server listen on 127.0.0.1.
import type { AddressInfo, Server } from 'node:net';

/** Answers the port; a wanted port that is taken is replaced by any free one. */
export function listen(server: Server, wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && wanted !== 0) listen(server, 0).then(resolve, reject);
      else reject(error);
    };
    server.once('error', failed);
    server.listen(wanted, '127.0.0.1', () => {
      server.off('error', failed);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
