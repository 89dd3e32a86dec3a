// What doctor says of secrets that rules name.
import { describe, expect, it } from 'vitest';
import { secretFindings } from '../../src/app/doctor-secrets.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { readSettings } from '../../src/settings.js';

const programmes = ['ecologic-notifications'];
const { rulebook } = await loadRulebook({ rulesDir: 'rules', templatesDir: 'templates', programmes });
const say = (secrets: string) =>
  secretFindings(rulebook!, readSettings(secrets ? { RULE_SECRETS: secrets } : {})).map((f) => `${f.level}: ${f.what}`);

describe('secrets that rules name', () => {
  it('are each missed, with who needs them', () => {
    expect(say('')).toEqual([
      'warning: RULE_SECRETS does not hold "ecologic-events", which the event source ecologic needs',
      'warning: RULE_SECRETS does not hold "ecologic-crm", which the endpoint ecologic-crm needs',
      'warning: RULE_SECRETS does not hold "partner-portal", which the subscriber partner-portal needs',
    ]);
  });

  it('must be long enough to sign with', () => {
    const others = 'ecologic-events=a-long-secret-in-the-uri,ecologic-crm=a-long-token-for-it';
    expect(say(`${others}\npartner-portal=whsec_${Buffer.alloc(16).toString('base64')}`)).toEqual([
      'warning: The secret "partner-portal" of the subscriber partner-portal is short: fewer than 24 bytes in base64',
    ]);
    expect(say(`${others},partner-portal=whsec_${Buffer.alloc(24).toString('base64')}`)).toEqual([]);
  });

  it.each([
    ['no name', 'a-long-secret-without-a-name'],
    ['a short one', 'crm=short'],
    ['a name in capitals', 'CRM=a-long-token-for-it'],
  ])('are refused with %s, and not repeated to anybody', (_what, text) => {
    expect(() => readSettings({ RULE_SECRETS: text })).toThrow('RULE_SECRETS');
    expect(() => readSettings({ RULE_SECRETS: text })).not.toThrow(/a-long/);
  });
});
