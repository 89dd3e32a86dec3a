// Shows this compiled copy of the product to one suite: exit code 0 when nothing is wrong, 3 when the suite says what is.
import { AssertionError } from 'node:assert';
import { CATCHERS, type Catcher } from './catchers.js';

const names = process.argv.slice(2) as Catcher[];
for (const name of names) {
  try {
    await CATCHERS[name]();
  } catch (error) {
    // A copy that does not even run was not caught by what the suite asks.
    if (!(error instanceof AssertionError)) throw error;
    console.log(error.message.split('\n').slice(0, 6).join('\n'));
    process.exit(3);
  }
}
process.exit(0);
