// What customers, mailboxes and channels of the sandbox received, for the console.
import type { SandboxViews } from './sandbox-types.js';
import type { SlackSandbox } from './slack-types.js';
import type { SmtpSandbox } from './smtp-types.js';
import type { ZendeskSandbox } from './zendesk-sandbox.js';

export function sandboxViews(zendesk: ZendeskSandbox, slack: SlackSandbox, smtp: SmtpSandbox): SandboxViews {
  const { tickets, users, log } = zendesk.state();
  return {
    customers: tickets.map((ticket) => {
      const requester = users.find((u) => u.id === ticket.requester_id);
      return {
        ticketId: String(ticket.id),
        subject: ticket.subject,
        name: requester?.name ?? '',
        email: requester?.email ?? '',
        status: ticket.status,
        messages: log
          .filter((e) => e.ticketId === String(ticket.id) && e.kind === 'public-comment')
          .map((e) => ({ at: e.at, from: e.byName, by: e.by, text: e.text })),
      };
    }),
    files: tickets.flatMap((ticket) =>
      ticket.comments.flatMap((comment) =>
        comment.attachments
          .filter((file) => file.content !== undefined)
          .map((file) => ({
            at: comment.created_at,
            ticketId: String(ticket.id),
            name: file.file_name,
            type: file.content_type,
            bytes: file.size,
            isPublic: comment.public,
          })),
      ),
    ),
    mails: smtp.state().mails.map((m) => ({
      id: m.id,
      at: m.at,
      from: m.envelope.from,
      to: [...m.envelope.to],
      subject: m.subject,
      text: m.text,
    })),
    slack: slack.state().channels.map((c) => ({
      channel: c.name,
      posts: c.messages.map((m) => ({
        ts: m.ts,
        at: new Date(Number(m.ts.split('.')[0]) * 1000).toISOString(),
        text: m.text,
        blocks: m.blocks ?? [],
      })),
    })),
    whispers: (slack.state().whispers ?? []).map(({ ts, ...w }) => ({
      ...w,
      at: new Date(Number(ts.split('.')[0]) * 1000).toISOString(),
    })),
  };
}
