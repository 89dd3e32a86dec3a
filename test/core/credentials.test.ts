// Credentials in text: found in every usual spelling, masked, and not seen in ordinary text, links and ids.
import { describe, expect, it } from 'vitest';
import { findCredentials, maskCredentials, maskedKinds } from '../../src/core/credentials.js';

const HEX = '9f86d081884c7d659a2feaa0c55ad015';
const JWT = `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U`;
const key = (type: string) =>
  `-----BEGIN ${type}PRIVATE KEY-----\nMIIEpAIBAAKCAQEAxxxx\nyyyy+zzzz/==\n-----END ${type}PRIVATE KEY-----`;
const joined = (...parts: string[]) => parts.join('');

describe('a credential', () => {
  it.each([
    ['private key', key('')],
    ['private key', key('RSA ')],
    ['private key', key('OPENSSH ')],
    ['private key', `${key('EC ').slice(0, 60)} and then it was cut off`],
    ['private key', 'PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: 12ab'],
    ['JWT', JWT],
    ['bearer token', `Authorization: Bearer ${HEX}`],
    ['bearer token', `curl -H 'authorization: bearer ${HEX}.abc'`],
    ['bearer token', 'Authorization: Basic dXNlcjpodW50ZXIy'],
    ['API key', `API key: ${HEX}`],
    ['API key', `our api_key=${HEX}&x=1`],
    ['API key', `Our API key is "${HEX}".`],
    ['API key', `Der API-Schlüssel lautet ${HEX}`],
    ['API key', 'API key: 550e8400-e29b-41d4-a716-446655440000'],
    ['API key', `{"client_secret": "${HEX}"}`],
    ['API key', `X-Api-Key: ${HEX}`],
    ['API key', `https://crm.example/hook?access_token=${HEX}`],
    ['API key', joined('AK', 'IA', 'IOSFODNN7EXAMPLE')],
    ['API key', joined('gh', 'p_', HEX, HEX.slice(0, 8))],
    ['API key', joined('sk_', 'live_', HEX)],
    ['API key', joined('xo', 'xb-', '123456789012-', HEX)],
    ['API key', joined('https://hooks.slack', '.com/services/T0000/B0000/', HEX)],
    ['password', 'Password: hunter2-Sommer'],
    ['password', 'Passwort = Geheim#2024'],
  ])('of the kind %s is found and masked: %s', (kind, text) => {
    const around = `Hello,\n${text}\n\nBest regards\nDana`;
    expect(findCredentials(around)).toEqual([kind]);
    const masked = maskCredentials(around);
    expect(masked).toContain(`[removed: ${kind}]`);
    expect(masked).toContain('Hello,\n');
    for (const secret of ['MIIE', 'AAAA', HEX, 'eyJ', 'hunter2', 'Geheim#', '550e8400', 'IOSFODNN', 'dXNlcj'])
      expect(masked).not.toContain(secret);
    expect(maskCredentials(masked)).toBe(masked);
    expect(findCredentials(masked)).toEqual([]);
    expect(maskedKinds(masked)).toEqual([kind]);
  });

  it('beside another one is found too', () => {
    const text = `API key: ${HEX}\nPassword: hunter2-Sommer\n${key('')}\nBye`;
    expect(maskedKinds(maskCredentials(text))).toEqual(['API key', 'password', 'private key']);
    expect(maskCredentials(text).endsWith('\nBye')).toBe(true);
  });
});

describe('ordinary text', () => {
  it.each([
    ['We would like to request API access. Where do I find our API key?'],
    ['Please send the API key to our developer. The API key is not working, it was expired-yesterday.'],
    ['API key documentation: https://docs.example.com/api-keys/v2/getting-started-2024'],
    ['API key: https://docs.example.com/keys2/how-to-rotate-them-12345'],
    ['Password reset does not work. Password: forgotten'],
    ['Forgot password? password: see the letter'],
    ['Bearer authentication is described in section 4.2 of the guide.'],
    ['Bearer authentication-and-authorization is used.'],
    ['Basic understanding-of-solar12345 is enough'],
    ['Case 550e8400-e29b-41d4-a716-446655440000 and ticket 360001002020'],
    ['Tracking number 1Z999AA10123456784, order PO-2024-000123-XY9, IBAN DE89370400440532013000'],
    ['https://acme.zendesk.com/agent/tickets/1234567890?brand=ab12cd34&view=987654321'],
    [`https://portal.example/approve?token=${HEX}`],
    [`https://mail.example/unsubscribe/${HEX}${HEX}`],
    [`commit ${HEX}${HEX.slice(0, 8)} of the integration, sha256 ${HEX}${HEX}`],
    ['Message-ID: <CAF4f2k9Yx7Q+abcDEF0123456789@mail.example.com>'],
    ['The secret of our success: task-oriented-integrations-since-2009'],
    ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
    ['-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----'],
    ['risk-based-approach-with-2-steps-and-more'],
    ['Der API-Schlüssel ist abgelaufen. Unser Kennwort: bitte zurücksetzen.'],
  ])('is left as it is: %s', (text) => {
    expect(findCredentials(text)).toEqual([]);
    expect(maskCredentials(text)).toBe(text);
  });

  it('of any length is read once', () => {
    for (const part of ['eyJ-', '-----BEGIN PRIVATE KEY-----', 'api key: ', 'password=', 'Bearer ', 'AKIA'])
      expect(maskCredentials(part.repeat(100_000)).length).toBeGreaterThan(0);
  });
});
