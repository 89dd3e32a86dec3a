// The server's half of a WebSocket (RFC 6455), as far as the sandbox's Slack needs it: texts in whole frames, pings answered.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export interface WebSocketPeer {
  send(text: string): void;
  /** The connection dies without a word. */
  drop(): void;
}

/** RFC 6455 section 1.3. */
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** Answers the handshake. `onText` gets what the client sends, `onEnd` hears once that the connection is over. */
export function acceptWebSocket(
  { headers }: IncomingMessage,
  socket: Duplex,
  { onText, onEnd }: { onText: (text: string) => void; onEnd: () => void },
): WebSocketPeer {
  const key = createHash('sha1').update(`${headers['sec-websocket-key']}${MAGIC}`).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write(`${lines.join('\r\n')}\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`);
  let unread: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    for (let frame = readFrame(unread); frame; frame = readFrame(unread)) {
      unread = unread.subarray(frame.bytes);
      if (frame.opcode === TEXT) onText(frame.payload.toString('utf8'));
      else if (frame.opcode === PING) socket.write(frameOf(PONG, frame.payload));
      else if (frame.opcode === CLOSE) socket.end(frameOf(CLOSE, frame.payload));
      else if (frame.opcode !== PONG) socket.destroy();
    }
  });
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  socket.once('close', onEnd);
  return {
    send: (text) => socket.write(frameOf(TEXT, Buffer.from(text))),
    drop: () => socket.destroy(),
  };
}

/** The first frame of what a client sent, unmasked (section 5.2); null while it is not all there. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; bytes: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes[1]! & 0x7f;
  const maskAt = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < maskAt + 4) return null;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const end = maskAt + 4 + length;
  if (bytes.length < end) return null;
  const mask = bytes.subarray(maskAt, maskAt + 4);
  const payload = Buffer.from(bytes.subarray(maskAt + 4, end).map((byte, i) => byte ^ mask[i % 4]!));
  return { opcode: bytes[0]! & 0x0f, payload, bytes: end };
}

/** One whole frame, unmasked as servers send them. */
function frameOf(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}
