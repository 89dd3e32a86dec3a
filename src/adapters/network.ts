// What every adapter needs of the network: addresses it may speak to, how long to wait, and whether a request ever left.
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { BlockList, connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { ProblemError, problem } from '../problem.js';

/** The longest `Retry-After` that is believed. */
export const RETRY_AFTER_MAX_MS = 3_600_000;

const privateAddresses = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  privateAddresses.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  // Loopback, and the ways in which an IPv4 address hides in an IPv6 one: compatible, translated, NAT64, Teredo, 6to4.
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['100::', 64],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const) {
  privateAddresses.addSubnet(net, prefix, 'ipv6');
}

/** Loopback, link-local, private, shared and multicast addresses, IPv4-mapped ones included. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && privateAddresses.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** A setting's address, checked: https only and no private address unless allowed, no user-info. Throws ProblemError (admin). */
export function checkedUrl(raw: string, setting: string, allowPrivateNetwork: boolean): URL {
  if (!URL.canParse(raw)) {
    throw new ProblemError(
      problem('url-invalid', `${setting} is not an address`, 'Write it like https://acme.example'),
    );
  }
  const url = new URL(raw);
  if (url.username || url.password) {
    throw new ProblemError(
      problem('url-with-login', `${setting} carries a login`, 'Take user and password out of the address'),
    );
  }
  if (url.protocol !== 'https:' && !(allowPrivateNetwork && url.protocol === 'http:')) {
    throw new ProblemError(
      problem('url-not-https', `${setting} is not an https address`, 'Use https, or set ALLOW_PRIVATE_NETWORK=true'),
    );
  }
  if (!allowPrivateNetwork && isPrivateAddress(hostOf(url.hostname))) throw privateProblem(setting);
  return url;
}

function privateProblem(setting: string): ProblemError {
  return new ProblemError(
    problem(
      'url-private',
      `${setting} points into a private network`,
      'Set ALLOW_PRIVATE_NETWORK=true if that is meant',
    ),
  );
}

/** The one place that may be connected to, as a setting names it. */
export interface Reach {
  /** A name or an address, without brackets. */
  host: string;
  allowPrivateNetwork: boolean;
}

export function reachOf(url: URL, allowPrivateNetwork: boolean): Reach {
  return { host: hostOf(url.hostname), allowPrivateNetwork };
}

const hostOf = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').toLowerCase();

type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

/**
 * A name look-up for one connection: it knows one name only, refuses it when any of its addresses is private, and the connection
 * goes to the very address that was checked. `resolve` is for tests.
 */
export function pinnedLookup(reach: Reach, resolve: Resolve = dnsLookup): LookupFunction {
  return (hostname, options, callback) => {
    if (hostOf(hostname) !== reach.host) return callback(refusal('EHOST', `${hostname} is in no setting`), '', 0);
    resolve(hostname, { ...(options as LookupOptions), all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      if (!reach.allowPrivateNetwork && found.some((entry) => isPrivateAddress(entry.address)))
        return callback(refusal('EPRIVATE', `${hostname} leads to a private address`), '', 0);
      if (options.all) return callback(null, found);
      const first = found[0];
      return first ? callback(null, first.address, first.family) : callback(refusal('ENOTFOUND', 'no address'), '', 0);
    });
  };
}

function refusal(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}

/** An open connection to the place, in time or not at all. Throws the network's error with its `code`, `ETIMEDOUT` among them. */
export function openSocket(reach: Reach, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((opened, failed) => {
    const socket = connect({ host: reach.host, port, lookup: pinnedLookup(reach) });
    const timer = setTimeout(() => socket.destroy(refusal('ETIMEDOUT', 'no connection in time')), timeoutMs);
    socket.once('error', (error) => {
      clearTimeout(timer);
      failed(error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      opened(socket);
    });
  });
}

/** `Retry-After` in seconds or as a date, as milliseconds from now; at most an hour; undefined when absent or absurd. */
export function retryAfterMs(header: unknown, nowMs: number): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') return undefined;
  const text = header.trim();
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  if (!Number.isFinite(wait) || wait < 0) return undefined;
  return Math.min(Math.ceil(wait), RETRY_AFTER_MAX_MS);
}

/** Whether a request got as far as an open (and for https: verified) connection. Before that, nothing can have arrived. */
export interface Flight {
  connected: boolean;
}

/** Sockets whose connection stood once. */
const standing = new WeakSet<Socket>();

/** A transport for axios that speaks to one place only, and notes in `flight` when the connection stands. */
export function watchedTransport(secure: boolean, flight: Flight, reach: Reach) {
  const vendor = secure ? https : http;
  return {
    request(options: http.RequestOptions, onAnswer: (answer: http.IncomingMessage) => void): http.ClientRequest {
      // An address is never looked up, so it is compared here.
      if (hostOf(options.hostname ?? '') !== reach.host) throw refusal('EHOST', `${options.hostname} is in no setting`);
      const request = vendor.request({ ...options, lookup: pinnedLookup(reach) }, onAnswer);
      request.once('socket', (socket: Socket) => {
        // A socket handed on from a queue is open already, and node does not say so in `reusedSocket`.
        if (standing.has(socket)) flight.connected = true;
        else
          socket.once(secure ? 'secureConnect' : 'connect', () => {
            standing.add(socket);
            flight.connected = true;
          });
      });
      return request;
    },
  };
}
