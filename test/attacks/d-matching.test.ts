// Attacks 29 to 38: names, domains and rows that are meant to be taken for an approved organization; shipped rules, sample lists.
import { beforeAll, expect } from 'vitest';
import { matchOrganization } from '../../src/core/match/match.js';
import type { TicketInput } from '../../src/core/ticket.js';
import { firstSight, triage } from '../../src/core/triage.js';
import type { Knowledge } from '../../src/flow/deps.js';
import { listReader, readerLimits } from '../../src/lists/read-list.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { aTicket } from '../core/fixtures.js';
import { sampleKnowledge } from '../flow/sample-knowledge.js';
import { ensureCompiled } from '../lists/compiled.js';
import { mapping, marks, patched, tidy, workbook } from '../lists/workbooks.js';
import { indexOf, query } from '../match/lists.js';
import { attacks } from './attacks.js';

let knowledge: Knowledge;
beforeAll(async () => {
  ensureCompiled();
  knowledge = await sampleKnowledge();
}, 180_000);

const { halcyon, solara, blueMesa, meridianHome, lumen, evergreen, quartz, copper, shadowRidge } = sampleCompanies;

const decideOn = (ticket: Partial<TicketInput>) =>
  triage({
    ...knowledge,
    ticket: aTicket({ subject: 'API access request', body: 'API access, please.', ...ticket }),
    caseFacts: firstSight,
    now: '2026-11-22T12:00:00Z',
  });
/** The organization as the help desk records it, written to from an address that proves nothing. */
const recordedAs = (name: string) =>
  decideOn({ organization: { id: '5', name, domains: [] }, requester: { email: 'ann@gmail.com', name: 'Ann' } });

/** Nobody is let in on it, and a person is asked rather than the customer told no. */
function expectPerson(name: string): void {
  const { decision, match, effects } = recordedAs(name);
  expect([decision.kind, match.listings, effects], JSON.stringify(name)).toEqual(['hold', [], []]);
}

attacks('D', {
  29: () => {
    const [word] = ['Halcyon'];
    for (const name of [
      'Hal\u0441yon Rooftop Inc.',
      '\u0397alcyon Rooftop Inc.',
      '\uff28\uff41\uff4c\uff43\uff59\uff4f\uff4e Rooftop Inc.',
      '\u029cal\u1d04yon Rooftop Inc.',
      `${word}\u0305 Rooftop Inc.`,
      'Halcyon R\u03bf\u03bftop',
      'Ha1cyon Rooftop',
    ])
      expectPerson(name);
    expect(recordedAs('Halcyon Rooftop Inc.').match.verdict).toBe('listed');
  },

  30: () => {
    for (const hidden of [
      '\u200b',
      '\u00ad',
      '\u202e',
      '\u2066',
      '\ufeff',
      '\u2060',
      '\u0000',
      '\u3164',
      '\u{e0041}',
      '\ud800',
    ])
      expectPerson(`Halcyon Roof${hidden}top Inc.`);
    expectPerson('Halc\u0336yon Rooftop Inc.');
    for (const spaced of ['Halcyon\u00a0Rooftop Inc.', '\tHalcyon  Rooftop\tInc. '])
      expect(recordedAs(spaced).match.verdict).toBe('listed');
    const { match } = recordedAs('Halcyon Roof\u202etop Inc.');
    expect(JSON.stringify([match.reason, match.evidence])).toContain('\\\\u202e');
  },

  31: () => {
    for (const name of ['Halcyon', 'Halcyon Rooftop Holdings', 'Solara', 'Halcyon Rooftop GmbH']) expectPerson(name);
    for (const other of ['Halcyon Rooftopology', 'Rooftop Inc.']) expect(recordedAs(other).match.listings).toEqual([]);
    for (const name of ['Halcyon Rooftop', 'HALCYON ROOFTOP, LLC', 'halcyon rooftop inc'])
      expect(recordedAs(name).match.verdict, name).toBe('listed');
  },

  32: () => {
    for (const name of [
      '',
      '-',
      'n/a',
      '*',
      '%',
      '.*',
      'null',
      'H',
      '^Halcyon',
      'Halcyon%',
      '(?i)halcyon rooftop|.',
      '_______ _______',
    ]) {
      const { decision, match } = recordedAs(name);
      expect(match.listings, name).toEqual([]);
      expect(
        decision.effects.map((e) => e.type),
        name,
      ).not.toContain('assign');
    }
  },

  33: async () => {
    const formulas = [
      "=cmd|' /C calc'!A0",
      '+1+1',
      '-2+3',
      '@SUM(1,2)',
      '=HYPERLINK("https://evil.test","Halcyon Rooftop Inc.")',
    ];
    for (const name of formulas) expect(recordedAs(name).match.listings, name).toEqual([]);
    const { listings } = await read(formulas.map((name) => tidy(name, 'Approved', 'formula.example')));
    expect(listings.map((l) => l.name)).toEqual(formulas);
  },

  34: () => {
    const { decision, match } = recordedAs(blueMesa.name);
    expect([decision.kind, match.verdict]).toEqual(['hold', 'ambiguous']);
    expect(match.reason).toMatch(/Sellers!A\d+.*Sellers!A\d+/);
  },

  35: () => {
    const { decision, match } = decideOn({ requester: { email: `who@${meridianHome.domain}`, name: 'Who' } });
    expect([decision.kind, match.verdict]).toEqual(['hold', 'ambiguous']);
    expect(match.reason).toContain('stands in two rows');
  },

  36: () => {
    const same: [listed: string, written: string][] = [
      ['İstanbul Solar', 'istanbul solar'],
      ['IŞIK Enerji', 'ışık enerji'],
      ['Straße Solar', 'STRASSE SOLAR'],
      ['Caf\u00e9 Solar', 'Cafe\u0301 SOLAR'],
      ['Paciﬁc Sun', 'PACIFIC SUN'],
    ];
    for (const [listed, written] of same) {
      const match = matchOrganization(query({ record: written }), indexOf({ sellers: [{ name: listed }] }));
      expect(match.verdict, written).toBe('listed');
    }
  },

  37: async () => {
    const dated = await workbook([
      [...tidy('Acme').slice(0, 6), new Date(Date.UTC(2026, 3, 3))],
      [...tidy('Bolt').slice(0, 6), '03/04/26'],
      [...tidy('Cord').slice(0, 6), 46115],
    ]);
    const of = async (bytes: Buffer) => (await readBytes(bytes)).listings.map((l) => l.values.state);
    expect(await of(dated)).toEqual(['2026-04-03', '03/04/26', '46115']);
    const in1904 = patched(dated, 'xl/workbook.xml', (xml) =>
      xml.replace(/<workbookPr[^>]*>/, '<workbookPr date1904="1"/>'),
    );
    expect((await of(in1904))[0]).toBe('2030-04-04');
    // A status that is a date, or says until when, is no status.
    const until = await read([tidy('Acme', new Date(Date.UTC(2026, 3, 3))), tidy('Bolt', 'Approved until 03/04/26')]);
    expect(until.listings.map((l) => l.status)).toEqual([null, null]);
  },

  38: async () => {
    const nearly = [
      'Approved?',
      'approved (pending legal)',
      'Aproved',
      'Approved.',
      'Yes',
      'ok',
      'APPROVED - Tier 9',
      'Approved\u200b',
    ];
    const { listings } = await read(
      [...nearly, null, 'Approved', 'Approved'].map((status, i) => tidy(`Company ${i}`, status)),
      (sheet) => {
        sheet.getCell('E11').font = { strike: true };
        sheet.getCell('E10').fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FF00FF00' } };
        sheet.getCell('E12').note = 'check with legal first';
      },
    );
    expect(listings.map((l) => l.status)).toEqual(Array(11).fill(null));
    const { listings: plainly } = await read([tidy('Acme', ' approved '), tidy('Bolt', 'Not approved')]);
    expect(plainly.map((l) => l.status)).toEqual(['approved', 'not-approved']);
    for (const { name } of [lumen, evergreen, quartz, copper, shadowRidge]) {
      const { decision, effects } = recordedAs(name);
      expect([decision.kind, effects], name).toEqual(['hold', []]);
    }
    expect(recordedAs(solara.name).decision.rule).toBe('completed');
    expect(halcyon.seller).toBe('Approved - Tier 2');
  },
});

async function readBytes(bytes: Buffer) {
  const result = await listReader(readerLimits)(bytes, 'partners.xlsx', mapping(), '2026-11-22T12:00:00Z');
  if (result.kind === 'failed') throw new Error(JSON.stringify(result.problems));
  return { listings: result.snapshot.listings, marks: marks(result.snapshot.lint) };
}

async function read(rows: Parameters<typeof workbook>[0], edit?: Parameters<typeof workbook>[1]) {
  return readBytes(await workbook(rows, edit));
}
