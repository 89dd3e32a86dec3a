// Asks a person at the terminal for a yes.
import { createInterface } from 'node:readline';

/** true for `y` or `yes`; anything else, also the end of the input or Ctrl-C, is a no. */
export function confirm(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = createInterface({ input, output });
    let isYes = false;
    asking.once('close', () => resolve(isYes));
    asking.question(question, (said) => {
      isYes = /^y(es)?$/i.test(said.trim());
      asking.close();
    });
  });
}
