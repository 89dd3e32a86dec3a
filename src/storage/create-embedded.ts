// A child process that creates the embedded database's files: creating takes 800 MB, which end with this process.
import { PGlite } from '@electric-sql/pglite';

const directory = process.argv[2];
if (!directory) throw new Error('usage: create-embedded.js DIRECTORY');
// Ctrl-C reaches the whole group of processes: the parent decides what it means. Without a parent nobody waits.
process.on('SIGINT', () => {});
process.once('disconnect', () => process.exit(1));
const engine = await PGlite.create({ dataDir: directory });
await engine.exec('checkpoint');
await engine.close();
// The channel to the parent would keep this process alive.
process.exit(0);
