// Socket Mode of the sandbox's Slack: addresses for one connection each, and envelopes that the bot acknowledges.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { slackIds } from './sample-people.js';
import type { SlackReaction } from './slack-types.js';

export type EnvelopeType = 'interactive' | 'events_api' | 'slash_commands';

/** More patient than Slack, so that a machine that stood still is no failure of the bot. */
const ACK_MS = 20_000;

/** The connections of one app. */
export class SlackLink {
  readonly #tickets = new Set<string>();
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #peers: WebSocket[] = [];
  readonly #awaited = new Map<string, (payload: SlackReaction['body']) => void>();

  /** What the address of a new connection ends in; good for one. */
  ticket(): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return ticket;
  }

  /** How many connections stand. */
  get count(): number {
    return this.#peers.length;
  }

  /** A client asks for a WebSocket: refused without a ticket that nobody used. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://sandbox.invalid').searchParams.get('ticket') ?? '';
    if (!this.#tickets.delete(ticket)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (peer) => this.#greet(peer));
  }

  #greet(peer: WebSocket): void {
    this.#peers.push(peer);
    peer.on('message', (data) => this.#acknowledged(String(data)));
    peer.on('error', () => {});
    peer.once('close', () => this.#peers.splice(this.#peers.indexOf(peer), 1));
    const info = { num_connections: this.#peers.length, connection_info: { app_id: slackIds.app } };
    peer.send(JSON.stringify({ type: 'hello', ...info, debug_info: { host: 'sandbox', started: '' } }));
  }

  #acknowledged(text: string): void {
    const { envelope_id: id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: object };
    const isEmpty = !payload || Object.keys(payload).length === 0;
    this.#awaited.get(id ?? '')?.(isEmpty ? null : (payload as SlackReaction['body']));
  }

  /** Hands something to the newest connection. Throws when there is none, or when it is not acknowledged in time. */
  async deliver(type: EnvelopeType, payload: object): Promise<SlackReaction> {
    const peer = this.#peers.at(-1);
    if (!peer) throw new Error('no socket of the bot is open');
    const id = randomUUID();
    const answered = new Promise<SlackReaction['body']>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the envelope ${type} was not acknowledged`)), ACK_MS);
      this.#awaited.set(id, (body) => {
        clearTimeout(late);
        resolve(body);
      });
    });
    const accepts_response_payload = type !== 'events_api';
    const retry = type === 'events_api' ? { retry_attempt: 0, retry_reason: '' } : {};
    peer.send(JSON.stringify({ envelope_id: id, type, accepts_response_payload, ...retry, payload }));
    try {
      return { status: 200, body: await answered };
    } finally {
      this.#awaited.delete(id);
    }
  }

  /** Slack asks its clients to connect anew, as it does every few hours. */
  askToReconnect(): void {
    for (const peer of this.#peers)
      peer.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'sandbox' } }));
  }

  /** Every connection dies. */
  drop(): void {
    for (const peer of [...this.#peers]) peer.terminate();
  }
}
