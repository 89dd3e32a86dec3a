// The hand for propose mode: it lets an internal note through and refuses everything else.
import type { HelpdeskWriter, TicketWrite } from '../ports.js';

/** Wraps a writer. Whatever asks it for more than an internal note has a bug; that is thrown, and nothing is sent. */
export function noteOnly(writer: HelpdeskWriter): HelpdeskWriter {
  return {
    async update(id, write, options) {
      if (!isNote(write))
        throw new Error(`propose mode was asked to write ${Object.keys(write).join(', ')} on ticket ${id}`);
      return writer.update(id, write, options);
    },
  };
}

function isNote({ comment, ...rest }: TicketWrite): boolean {
  return comment !== undefined && !comment.public && Object.values(rest).every((value) => value === undefined);
}
