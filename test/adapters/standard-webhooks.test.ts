// Signatures by the Standard Webhooks scheme, against the vectors of the specification's own library.
import { describe, expect, it } from 'vitest';
import { signStandard, verifyStandard } from '../../src/adapters/standard-webhooks.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const body = '{"test": 2432232314}';
const good = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const at = 1_614_265_330;
const headers = (change: Record<string, string | string[] | undefined> = {}) => ({
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': String(at),
  'webhook-signature': good,
  ...change,
});
const verify = (change = {}, text = body, nowS = at, secret = SECRET) =>
  verifyStandard(secret, headers(change), Buffer.from(text), nowS * 1000);

describe('signing', () => {
  it.each([
    [SECRET, 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body, good],
    [
      SECRET,
      'msg_1',
      1_770_091_506,
      '{"type":"ticket.created","timestamp":"2026-02-03T04:05:06Z","data":{"id":"T-1"}}',
      'v1,T6sqeDl5Av71BlY6GCuUkkuaBs380ZoXwrxbWbcUx9s=',
    ],
    [
      Buffer.from('0123456789abcdef0123456789abcdef').toString('base64'),
      'm',
      at,
      'x',
      'v1,QaXQYlyYJC8NLBtUUXBcRsTFGV54aFSB3e7lnv5gz1w=',
    ],
  ])('gives the published signature (%#)', (secret, id, time, text, signature) => {
    expect(signStandard(secret, id, time, text)).toBe(signature);
  });
});

describe('verifying', () => {
  it('takes the right one, alone or among others that are not known', () => {
    expect(verify()).toEqual({ ok: true });
    expect(verify({ 'webhook-signature': `v1,AAAA v2,zzz ${good}` })).toEqual({ ok: true });
  });

  it.each([
    ['a body with one space more', {}, `${body} `, at, 'wrong'],
    ['another id', { 'webhook-id': 'msg_other' }, body, at, 'wrong'],
    ['another time', { 'webhook-timestamp': String(at + 1) }, body, at, 'wrong'],
    ['an HMAC under v1a', { 'webhook-signature': good.replace('v1,', 'v1a,') }, body, at, 'wrong'],
    ['no signature', { 'webhook-signature': undefined }, body, at, 'unsigned'],
    ['a header that stands there twice', { 'webhook-id': ['a', 'b'] }, body, at, 'unsigned'],
    ['two ids in one header', { 'webhook-id': 'a, b' }, body, at, 'unsigned'],
    ['an old one', {}, body, at + 301, 'stale'],
    ['one from the future', {}, body, at - 301, 'stale'],
  ])('refuses %s', (_what, change, text, now, reason) => {
    expect(verify(change, text, now)).toEqual({ ok: false, reason });
  });

  it('allows five minutes either way', () => {
    expect(verify({}, body, at + 299).ok).toBe(true);
    expect(verify({}, body, at - 299).ok).toBe(true);
  });

  it('refuses another secret', () => {
    expect(verify({}, body, at, `whsec_${Buffer.alloc(24, 7).toString('base64')}`).ok).toBe(false);
  });
});
