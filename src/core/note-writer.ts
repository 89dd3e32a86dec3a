// Whether an internal note is by a person of the directory: agents are known by what the help desk says of them, never by a name.
import type { Person } from './rulebook.js';

/** By their id, or the mail address that stands in its place; nobody unless an agent wrote it signed in. */
export function isWriter(person: Person, helpdesk: string, note: { agentId: string | null; from: string }): boolean {
  const known = person.helpdesk[helpdesk]?.toLowerCase();
  return note.agentId !== null && known !== undefined && (known === note.agentId || known === note.from.toLowerCase());
}
