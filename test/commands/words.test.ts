// What commands say: nothing that was only decided is told as done, and a yes is a yes.
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { casesText, caseText } from '../../src/commands/cases-text.js';
import { confirm } from '../../src/commands/confirm.js';
import { reportText } from '../../src/commands/report-text.js';
import { stoppedText, waitingText } from '../../src/commands/sending-text.js';
import { caseLine } from '../../src/commands/start.js';
import type { ReportedTicket } from '../../src/core/shadow-report.js';
import { shadowReport } from '../../src/core/shadow-report.js';
import type { CaseDetail } from '../../src/ports.js';
import { detailOf } from '../http/sample-cases.js';
import { sketches } from '../http/sample-sketches.js';

const caseOf = (id: number): CaseDetail => detailOf(sketches.find((s) => s.id === id)!, 0);

describe('a case that was only decided', () => {
  const shadow = caseOf(5011);
  const proposed: CaseDetail = { ...shadow, mode: 'propose' };

  it('says on the terminal what would have been done', () => {
    expect(caseLine(shadow)).toMatch(
      /^#5011 Larkspur Energy \| Would have: passed-to-sales by rule not-approved \| .* -> would have: e-mail "not-approved" to Mercedes Davis; /,
    );
    expect(caseLine(proposed)).toMatch(
      /\| Proposed: passed-to-sales by rule not-approved \| .* -> would have: e-mail /,
    );
    expect(caseLine(caseOf(5001))).toMatch(/\| Done: passed-to-api-integrations .* -> reply /);
  });

  it('says so in the list and in its story', () => {
    expect(casesText([shadow])).toContain('would be passed-to-sales');
    expect(casesText([caseOf(5001)])).not.toContain('would');
    const text = caseText(shadow);
    expect(text).toMatch(/^sandbox-5011: done, would be passed-to-sales \(shadow: nothing was sent or changed\)\n/);
    expect(text).toContain('Would have done:\n  1. e-mail "not-approved" to Mercedes Davis');
    expect(text).not.toContain('Steps:');
    expect(text).toContain('Linked design: D-1 7 kW, D-2 <b>10</b> kW');
    expect(caseText(proposed)).toContain('(propose: nothing but internal notes is written)');
  });

  it('keeps what was told on the ticket apart from the steps', () => {
    const text = caseText(caseOf(5004));
    expect(text).toMatch(/^Told on the ticket:\n {2}5004-told-1\. internal note why a person is needed: done$/m);
    expect(text).not.toMatch(/^Steps:\n {2}5004-told/m);
  });
});

describe('stopping in words', () => {
  const stops = [{ programme: null, by: 'Kim\u202e', since: '2026-03-12T15:00:00.000Z', reason: null }];
  const waiting = [{ caseId: 'c-1', ticketId: '1', subject: 'A\nB', step: '1', says: 'e-mail "x" to Mercedes' }];

  it('names who, since when, and each step with its ticket', () => {
    const text = waitingText({ stops, waiting, hasMore: true });
    expect(text).toBe(
      [
        'All sending is stopped since 2026-03-12T15:00:00.000Z, by Kim\\u202e.',
        'This would go out:',
        '  #1 A\\u000aB: e-mail "x" to Mercedes',
        '  … and more',
      ].join('\n'),
    );
    expect(stoppedText({ stops, waiting, hasMore: false })).toContain('1 step waits. ');
    expect(waitingText({ stops: [], waiting: [], hasMore: false })).toBe('Sending is not stopped.\nNo step waits.');
  });

  it.each([
    ['y\n', true],
    ['Yes\n', true],
    ['n\n', false],
    ['\n', false],
    ['yesterday\n', false],
    ['', false],
  ])('takes %j for %s', async (said, expected) => {
    const input = new PassThrough();
    const answer = confirm('Go on? [y/N] ', input, new PassThrough());
    input.end(said);
    expect(await answer).toBe(expected);
  });
});

describe('the report in words', () => {
  const ticket = (n: number, more: Partial<ReportedTicket>): ReportedTicket => ({
    caseId: `c-${n}`,
    helpdesk: 'zendesk',
    ticketId: String(n),
    subject: `Request ${n}`,
    url: `https://acme.example/agent/tickets/${n}`,
    programme: 'everbright-api-access',
    rule: 'not-approved',
    kind: 'act',
    outcome: 'passed-to-sales',
    decidedAt: `2026-03-12T14:0${n}:00.000Z`,
    verdict: 'same',
    agentsDid: 'replied',
    differences: [],
    ...more,
  });

  it('has a row a rule, then the tickets that differ with their links', () => {
    const says = 'Usher would have closed it as Declined; the agents assigned it to John Kilfoil';
    const report = shadowReport(30, [
      ticket(1, {}),
      ticket(2, { verdict: 'different', differences: [says] }),
      ticket(3, { verdict: 'open' }),
      ticket(4, { kind: 'hold', rule: 'unclear', outcome: null }),
      ticket(5, { kind: 'ignore', rule: null, outcome: null }),
    ]);
    const lines = reportText(report).split('\n');
    expect(lines.slice(2, 6)).toEqual([
      'rule          would have       decided  same  different  open',
      'not-approved  passed-to-sales        3     1          1     1',
      'unclear       asked a person         1     1          0     0',
      '–             left alone             1     1          0     0',
    ]);
    expect(lines).toContain(`  #2 Request 2 | ${says} | https://acme.example/agent/tickets/2`);
    expect(lines).toContain('  #4 Request 4 | the agents replied | https://acme.example/agent/tickets/4');
  });
});
