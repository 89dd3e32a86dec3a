// The 20 planted bugs of research section 3.6: a change to a compiled copy of the product, and the suite that must see it.
import type { Catcher } from './catchers.js';

export interface Plant {
  name: string;
  /** Of the compiled copy, below `src/`. */
  file: string;
  /** Stands in the file exactly once; a product that moved on must move this too. */
  snippet: string;
  instead: string;
  catcher: Catcher;
}

export const PLANTS: Plant[] = [
  {
    name: 'drop the unique index',
    file: 'storage/migrations.js',
    snippet: 'create unique index steps_slot on',
    instead: 'create index steps_slot on',
    catcher: 'ledger on a database',
  },
  {
    name: 'send before SENDING',
    file: 'flow/send.js',
    snippet: 'const begun = await deps.ledger.beginSend(',
    instead: 'await deliver(context, deps.hands, fetched.files);\n    const begun = await deps.ledger.beginSend(',
    catcher: 'kills',
  },
  {
    name: 'retry on ECONNECTION',
    file: 'adapters/smtp/smtp-mail.js',
    snippet: "return phase === 'dot' ?",
    instead: 'return false ?',
    catcher: 'mail answers',
  },
  {
    name: 'SDK retries on',
    file: 'adapters/slack/client.js',
    snippet: 'retryConfig: { retries: 0 }',
    instead: 'retryConfig: { retries: 2, minTimeout: 1, maxTimeout: 1 }',
    catcher: 'slack answers',
  },
  {
    name: 'refresh stamp before retry',
    file: 'flow/deliver.js',
    snippet: 'return hands.helpdesk.update(record.ticketId, whole, { mark, version: write.version });',
    instead:
      "const now = await deps.reader.inspect(record.ticketId, '1970-01-01T00:00:00Z');\n    return hands.helpdesk.update(record.ticketId, whole, { mark, version: now?.version ?? write.version });",
    catcher: 'people',
  },
  {
    name: 'job id in the key',
    file: 'core/write.js',
    snippet: `return \`\${caseId}|\${episode}|\${slot}\`;`,
    instead: `globalThis.jobs = (globalThis.jobs ?? 0) + 1;\n    return \`\${caseId}|\${episode}|\${slot}|\${globalThis.jobs}\`;`,
    catcher: 'ledger in memory',
  },
  {
    name: 'acknowledge before insert',
    file: 'flow/intake.js',
    snippet: 'const { caseId, isRepeat } = await deps.ledger.sightWebhook(ticket, { id: deliveryId, proof });',
    instead: `deps.ledger.sightWebhook(ticket, { id: deliveryId, proof }).catch(() => {});\n    const caseId = \`\${ticket.helpdesk}-\${ticket.ticketId}\`;\n    const isRepeat = false;`,
    catcher: 'kills',
  },
  {
    name: 'mark seen before insert',
    file: 'flow/intake.js',
    snippet: 'await openUnseen(deps, wanted);',
    instead:
      'await deps.ledger.saveCursor(name, answer.cursor, since.toISOString());\n        await openUnseen(deps, wanted);',
    catcher: 'polling alone',
  },
  {
    name: 'host clock for leases',
    file: 'storage/ledger-cases.js',
    snippet: `lease_until = now() + \${leaseMs}::float8 * interval '1 millisecond', wake_at`,
    instead: `lease_until = \${new Date(Date.now() + leaseMs)}, wake_at`,
    catcher: 'ledger on a database',
  },
  {
    name: 'no fence at write',
    file: 'storage/rows.js',
    snippet: `where id = \${lease.caseId} and fence = \${lease.fence} and lease_owner = \${lease.owner} for update`,
    instead: `where id = \${lease.caseId} for update`,
    catcher: 'ledger on a database',
  },
  {
    name: 'read-back ignores author',
    file: 'adapters/helpdesk/zendesk/audits.js',
    snippet: 'const own = audits.filter((audit) => audit.author_id === botId);',
    instead: 'const own = audits;',
    catcher: 'reading back',
  },
  {
    name: 'read-back first page only',
    file: 'adapters/helpdesk/zendesk/audits.js',
    snippet: 'count += 1;',
    instead: 'break;',
    catcher: 'reading back',
  },
  {
    name: '`closed` instead of `solved`',
    file: 'core/plan.js',
    snippet: "content.status = 'solved';",
    instead: "content.status = 'closed';",
    catcher: 'kills',
  },
  {
    name: 'redirect followed',
    file: 'adapters/helpdesk/zendesk/http.js',
    // The transport knows no redirects, whatever the number says: both have to go.
    snippet: 'transport: watchedTransport(secure, flight, reach),',
    instead: 'maxRedirects: 5,',
    catcher: 'redirects',
  },
  {
    name: '`.text` used for cells',
    file: 'lists/cell-text.js',
    snippet: 'const scalar = iso === undefined ? scalarOf(value, cell.numFmt) :',
    instead: "const scalar = iso === undefined ? { kind: 'text', raw: cell.text } :",
    catcher: 'spreadsheets',
  },
  {
    name: 'merged cell inherits',
    file: 'lists/cell-text.js',
    snippet: 'merged: cell.isMerged,',
    instead: 'merged: false,',
    catcher: 'spreadsheets',
  },
  {
    name: 'hidden sheet read',
    file: 'lists/workbook-parts.js',
    snippet: "return failed('list-sheet-hidden',",
    instead: "if (false) return failed('list-sheet-hidden',",
    catcher: 'spreadsheets',
  },
  {
    name: 'substring org match',
    file: 'core/match/find-listings.js',
    snippet:
      'for (const entry of maps.byKey.get(part.key) ?? []) {\n        const name = entry.names.find((n) => n.part.key === part.key &&',
    instead:
      'for (const entry of [...maps.byKey.values()].flat()) {\n        const name = entry.names.find((n) => n.part.key.includes(part.key) &&',
    catcher: 'matching',
  },
  {
    name: 'template escape off',
    file: 'core/escape.js',
    snippet: ".replace(/</g, '&lt;')\n        .replace(/>/g, '&gt;')\n        .replace(/\"/g",
    instead: '.replace(/"/g',
    catcher: 'escaping',
  },
  {
    name: 'signature over parsed JSON',
    file: 'adapters/helpdesk/zendesk/signature.js',
    snippet: 'zendeskSignature(secret, timestamp, request.rawBody)',
    instead: 'zendeskSignature(secret, timestamp, Buffer.from(JSON.stringify(JSON.parse(String(request.rawBody)))))',
    catcher: 'signatures',
  },
];
