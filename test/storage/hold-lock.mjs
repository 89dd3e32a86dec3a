// A process that takes the lock of a data directory when told to, says how that went, and holds it until told to stop.
import { lockDataDir } from '../../dist/storage/data-lock.js';

let lock;
process.on('message', async (message) => {
  if (message === 'take') {
    try {
      lock = await lockDataDir(process.argv[2]);
      process.send({ got: true });
    } catch (error) {
      process.send({ got: false, problems: error.problems, text: String(error) });
    }
  } else {
    await lock?.release();
    process.disconnect();
  }
});
process.send('ready');
