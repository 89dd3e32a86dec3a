// Where adapters may connect to: one named place, at an address that was checked, and nothing private unless allowed.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import { describe, expect, it } from 'vitest';
import {
  type Flight,
  isPrivateAddress,
  openSocket,
  pinnedLookup,
  watchedTransport,
} from '../../src/adapters/network.js';

type Resolve = Parameters<typeof pinnedLookup>[1];
const answering = (...addresses: string[]): { resolve: Resolve; asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    resolve: (hostname, _options, callback) => {
      asked.push(hostname);
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    },
  };
};
const look = (lookup: ReturnType<typeof pinnedLookup>, name: string, all = false) =>
  new Promise<unknown>((resolve) => lookup(name, { all }, (error, address) => resolve(error ? error.code : address)));

describe('a private address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::127.0.0.1',
    'fe80::1',
    'fec0::1',
    'fd00::1',
    'ff02::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::a00:1',
    '2002:7f00:1::1',
    '2001:0:1::1',
  ])('is %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])('is not %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('a name look-up', () => {
  const away = { host: 'desk.example', allowPrivateNetwork: false };

  it('hands on the addresses that it checked, asked once', async () => {
    const { resolve, asked } = answering('93.184.216.34', '2606:4700::1111');
    const lookup = pinnedLookup(away, resolve);
    expect(await look(lookup, 'Desk.Example', true)).toEqual([
      { address: '93.184.216.34', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
    expect(await look(lookup, 'desk.example')).toBe('93.184.216.34');
    expect(asked).toHaveLength(2);
  });

  it.each([[['10.0.0.1']], [['93.184.216.34', '127.0.0.1']], [['::ffff:169.254.169.254']]])(
    'refuses a name that leads to %j',
    async (addresses) => {
      const { resolve } = answering(...addresses);
      expect(await look(pinnedLookup(away, resolve), 'desk.example', true)).toBe('EPRIVATE');
      expect(await look(pinnedLookup({ ...away, allowPrivateNetwork: true }, resolve), 'desk.example')).toBe(
        addresses[0],
      );
    },
  );

  it('knows no other name, and asks nobody for it', async () => {
    const { resolve, asked } = answering('93.184.216.34');
    expect(await look(pinnedLookup(away, resolve), 'evil.example')).toBe('EHOST');
    expect(asked).toEqual([]);
  });
});

describe('a connection', () => {
  it('goes to the place of the setting only, also where an address stands for the name', async () => {
    const server = createServer((_, out) => out.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const get = (host: string) => {
      const flight: Flight = { connected: false };
      const transport = watchedTransport(false, flight, { host, allowPrivateNetwork: true });
      return axios.get(url, { transport, proxy: false }).then(
        (answer) => [answer.data, flight.connected],
        (error: { code?: string }) => [error.code, flight.connected],
      );
    };
    expect(await get('127.0.0.1')).toEqual(['hello', true]);
    expect(await get('desk.example')).toEqual(['EHOST', false]);
    server.close();
  });

  it('is given up when it does not come to stand', async () => {
    const away = { host: 'localhost', allowPrivateNetwork: false };
    await expect(openSocket(away, 25, 1_000)).rejects.toMatchObject({ code: 'EPRIVATE' });
    await expect(openSocket({ ...away, allowPrivateNetwork: true }, 1, 5_000)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
