// A process that inserts and says so after each acknowledgement, until somebody kills it.
import { openDatabase } from '../../dist/storage/pool.js';

const db = await openDatabase({ dataDir: process.argv[2] });
await db.pool.query('create table if not exists acknowledged (id int primary key)');
const { rows } = await db.pool.query('select coalesce(max(id), 0)::int as last from acknowledged');
for (let id = rows[0].last + 1; ; id++) {
  await db.pool.query('insert into acknowledged values ($1)', [id]);
  process.stdout.write(`${id}\n`);
}
