// Clients that hardly say anything, as a process of their own: `besiege.mjs PORT COUNT DRIP_MS`. Told to end, it says how many connections it opened.
import { connect } from 'node:net';

const [port, count, dripMs] = process.argv.slice(2).map(Number);
const headers = 'POST /webhooks/zendesk HTTP/1.1\r\nhost: usher\r\ncontent-type: application/json\r\n';
let opened = 0;

/** Half of them never finish their headers, half never their body; whoever is thrown out comes again at once. */
function open(n) {
  opened += 1;
  const socket = connect(port, '127.0.0.1');
  socket.on('connect', () => socket.write(n % 2 ? headers : `${headers}content-length: 1000\r\n\r\n{`));
  const drip = setInterval(() => socket.write(n % 2 ? 'x' : ' '), dripMs);
  socket.on('error', () => {});
  socket.on('close', () => {
    clearInterval(drip);
    setTimeout(() => open(n), 100);
  });
}

for (let n = 0; n < count; n++) open(n);
process.once('message', () => process.send(opened, () => process.exit(0)));
