// Reads a saved ticket (JSON) for `usher try`, with Problems at their place in the file.
import { readFile } from 'node:fs/promises';
import { type Ticket, ticketShape } from '../core/ticket.js';
import { ProblemError, problem } from '../problem.js';
import { shownPath } from '../rulebook/rule-files.js';
import { fitShape } from '../rulebook/shape-problems.js';
import { parseYaml } from '../rulebook/yaml-file.js';

const BYTES_MAX = 4 * 1024 * 1024;

/** The ticket in a file. Throws ProblemError when the file is missing, no JSON, or no ticket. */
export async function readTicketFile(path: string): Promise<Ticket> {
  const file = shownPath(path);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'There is no such file' : `The file cannot be read (${error.code})`;
    throw new ProblemError(problem('ticket-missing', why, 'Name a ticket saved as JSON', { file }), { cause: error });
  });
  if (bytes.length > BYTES_MAX) {
    throw new ProblemError(problem('ticket-too-large', 'The file is larger than 4 MB', 'Shorten its texts', { file }));
  }
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const value = parseJson(text, file);
  // JSON is YAML too, and the YAML reader knows where everything stands.
  const { value: ticket, problems } = fitShape({ ...parseYaml(text, file), value, problems: [] }, ticketShape);
  if (!ticket) throw new ProblemError(problems);
  return ticket;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(said)?.[1];
    const before = text.slice(0, position === undefined ? text.length : Number(position)).split('\n');
    const place = { file, line: before.length, column: before.at(-1)!.length + 1 };
    const message = `Not readable as JSON: ${said.replace(/ (in JSON )?at position.*$/s, '').replace(/\s+/g, ' ')}`;
    throw new ProblemError(problem('ticket-syntax', message, 'Check quotes, commas and brackets here', place), {
      cause: error,
    });
  }
}
