// The process that looks at one image and ends: whatever a file does to it, the bot goes on.
import { imageSize } from './image-size.js';

if (process.send) {
  // Ctrl-C reaches the whole group of processes: the parent decides what it means.
  process.on('SIGINT', () => {});
  process.once('disconnect', () => process.exit(0));
  process.once('message', (bytes) => process.send!(imageSize(bytes as Uint8Array)));
}
