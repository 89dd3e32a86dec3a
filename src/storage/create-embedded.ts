// A child process that creates the embedded database's files: creating takes 800 MB, which end with this process.
import { PGlite } from '@electric-sql/pglite';

const directory = process.argv[2];
if (!directory) throw new Error('usage: create-embedded.js DIRECTORY');
const engine = await PGlite.create({ dataDir: directory });
await engine.exec('checkpoint');
await engine.close();
