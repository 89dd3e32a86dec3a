// Attacks 11 to 22: forged, automatic and misleading mail, as far as it comes through the help desk.
import { expect } from 'vitest';
import type { TicketInput } from '../../src/core/ticket.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { run } from '../core/everbright.js';
import { atOnce } from '../flow/journey.js';
import { attacks } from './attacks.js';
import { expectHeld, expectIgnored, incoming } from './mail-in.js';

const { stage, comes } = incoming();
const { halcyon, northwind } = sampleCompanies;

/** The core alone, for headers that the help desk does not hand on. */
const withHeaders = (headers: Record<string, string>, more: Partial<TicketInput> = {}) =>
  run({
    messages: [
      { id: '1', at: '2026-03-02T10:30:00Z', from: 'dana@bright-roofing.example', body: 'API access', headers },
    ],
    ...more,
  });

attacks('B', {
  11: async () => {
    // An approved partner's boss, and people whom nobody knows: not even a question goes to who perhaps never wrote.
    for (const email of [halcyon.contact.email, `ceo@${northwind.domain}`, 'ann@gmail.com', 'ann@never-heard.example'])
      expectHeld(await comes({ name: 'The boss', email, flags: [0] }), email);
    expect((await comes({ name: halcyon.contact.name, email: halcyon.contact.email })).rule).toBe('in-progress');
  },

  12: async () => {
    const forged = 'Authentication-Results: mx.us; spf=pass; dkim=pass; dmarc=pass\nWe would like API access.';
    expectHeld(await comes({ email: halcyon.contact.email, body: forged, flags: [0] }));
    const failing = { spf: 'fail', dkim: 'fail', dmarc: 'fail' } as const;
    const { decision, match } = withHeaders(
      { 'authentication-results': 'mx.us; dmarc=pass', 'received-spf': 'pass' },
      { authentication: failing },
    );
    expect([decision.kind, match.verdict]).toEqual(['hold', 'ambiguous']);
  },

  13: async () => {
    for (const domain of [
      'halcyonr0oftop.example',
      'halcyonrooftop-partners.example',
      'h\u0430lcyonrooftop.example',
      'halcyonrooftop.example.evil.test',
      'halcyonrooftop.test',
      'northwind-enengy.example',
    ]) {
      const outcome = await comes({ email: `ann@${domain}`, body: 'We are Halcyon Rooftop and want API access.' });
      expectHeld(outcome, domain);
      expect(outcome.reason, domain).toContain('mistaken for');
    }
  },

  14: async () => {
    const name = 'Halcyon Rooftop Inc. (Approved) <marcus@halcyonrooftop.example>';
    const outcome = await comes({ name, email: 'x@evil-sender.test' });
    expect(outcome.verdict).not.toBe('listed');
    expect(outcome.acts).not.toContain('assignee');
    expect(outcome.replies.join()).not.toContain('Halcyon');
  },

  15: async () => {
    // Zendesk marks mail whose Reply-To is somebody else's.
    const edit = (ticket: { audits: { metadata: object }[] }) =>
      Object.assign(ticket.audits[0]!.metadata, {
        flags_options: { 15: { message: 'POTENTIAL_MESSAGE_SPOOFING' } },
      });
    expectHeld(await comes({ email: halcyon.contact.email }, { edit }));
    for (const replyTo of ['x@evil.test', 'Dana <dana@bright-roofing.example>, x@evil.test', '"@" x@evil.test']) {
      const { decision, match, effects } = withHeaders({ 'reply-to': replyTo });
      expect([decision.kind, match.verdict, effects], replyTo).toEqual(['hold', 'ambiguous', []]);
    }
    expect(withHeaders({ 'reply-to': 'Team <api@bright-roofing.example>' }).match.verdict).toBe('listed');
  },

  16: async () => {
    for (const email of [
      `"ceo@${halcyon.domain}"@evil.test`,
      `ceo@${halcyon.domain}, x@evil.test`,
      `Friends: ceo@${halcyon.domain};`,
      `ceo@${halcyon.domain}(comment)`,
      `ceo@evil.test@${halcyon.domain}`,
      `${'a'.repeat(40_000)}@${halcyon.domain}`,
      `ceo\u0000@${halcyon.domain}`,
      `ceo\ud800@${halcyon.domain}`,
    ])
      expectHeld(await comes({ email }), email.slice(0, 60));
  },

  17: async () => {
    for (const email of ['halcyon.rooftop@gmail.com', 'halcyonrooftop@outlook.com'])
      expectHeld(
        await comes({
          name: halcyon.name,
          email,
          fields: { Company: halcyon.name },
          body: `We are ${halcyon.name}: API access`,
        }),
        email,
      );
  },

  18: async () => {
    expectIgnored(await comes({ flags: [4] }), 'marked by the help desk');
    for (const email of ['noreply@firm.example', 'mailer-daemon@firm.example', 'bounces+7@firm.example'])
      expectIgnored(await comes({ email }), email);
    const own = stage.world.knowledge.rulebook.directory.own.addresses[0];
    if (own) expectIgnored(await comes({ email: own }), 'our own address');
    expectIgnored(
      await comes({ subject: 'Automatic reply: API access', body: 'I am out of the office. API access request' }),
      'out of office',
    );
    const headers: Record<string, string>[] = [
      { 'auto-submitted': 'auto-replied' },
      { 'return-path': '<>' },
      { precedence: 'bulk' },
      { 'list-id': '<news.firm.example>' },
      { 'x-auto-response-suppress': 'All' },
      { 'content-type': 'multipart/report; report-type=delivery-status' },
    ];
    for (const one of headers) expect(withHeaders(one).decision.kind, JSON.stringify(one)).toBe('ignore');
  },

  19: async () => {
    const by = stage.world.process(null, {
      caps: { repliesPerRequesterDay: 3, repliesPerDomainHour: 20, repliesPerMinute: 60, breakerPerTenMinutes: 300 },
    });
    const company = stage.stranger();
    stage.world.zendesk.addOrganization({ name: company.name, domains: [company.domain] });
    const outcomes = [];
    for (let n = 0; n < 6; n++)
      outcomes.push(await comes({ name: company.contact.name, email: company.contact.email }, { by }));
    expect(outcomes.flatMap((o) => o.replies)).toHaveLength(3);
    expect(outcomes.slice(3).map((o) => o.state)).toEqual(['held', 'held', 'held']);
  },

  20: async () => {
    const advertisement = 'Claim your prize at https://evil.test/win today';
    await atOnce(
      [
        { name: advertisement, subject: `API access ${advertisement}` },
        { name: 'Win at evil.test', subject: 'API access' },
        { name: 'Ann', subject: `API access ${advertisement}`, fields: { State: advertisement } },
      ],
      async (ticket) => {
        const outcome = await comes({ ...ticket, email: 'victim@gmail.com', body: `API access\n${advertisement}` });
        expect(outcome.rule).toBe('ask-for-details');
        expect(outcome.replies).toHaveLength(1);
        expect(outcome.replies.join()).not.toMatch(/evil|prize/i);
      },
      1,
    );
  },

  22: async () => {
    const known = (ticket: { audits: { metadata: { system: Record<string, unknown> } }[] }) => {
      ticket.audits[0]!.metadata.system.message_id = '<known@halcyonrooftop.example>';
    };
    const first = await comes({ name: halcyon.contact.name, email: halcyon.contact.email }, { edit: known });
    expect(first.replies).toHaveLength(1);
    const second = await comes({ email: 'ann@gmail.com', name: 'Ann' }, { edit: known });
    expect(second.ticketId).not.toBe(first.ticketId);
    expect(second.rule).toBe('ask-for-details');
    // A stranger writes into an approved partner's thread.
    const at = '2026-03-02T10:30:00Z';
    const { decision, effects } = run({
      createdAt: at,
      messages: [
        { id: '1', at, from: 'dana@bright-roofing.example', author: 'requester', body: 'We would like API access' },
        { id: '2', at: '2026-03-02T10:31:00Z', from: 'x@evil.test', author: 'other', body: 'Send the keys to me' },
      ],
    });
    expect([decision.kind, effects]).toEqual(['hold', []]);
  },
});
