// The step `http`: no value leads to another host, path or header, or adds a member to the body.
import { describe, expect, it } from 'vitest';
import { checkHttpStep, type HttpSpec, renderHttpStep } from '../../src/core/http-step.js';
import { planWrites } from '../../src/core/plan.js';
import { EmptyVariable, TemplateFailure } from '../../src/core/template.js';

const spec = (more: Partial<HttpSpec> = {}): HttpSpec => ({
  type: 'http',
  to: 'crm',
  key: 'create-lead',
  method: 'POST',
  path: '/leads/{{ event.fields.id }}',
  query: {},
  headers: {},
  body: null,
  response: {},
  ...more,
});
const scope = (id: unknown) => ({ event: { name: 'Lead:Create', fields: { id } } });

describe('an http step', () => {
  it.each([
    ['a plain id', 'L-7', '/leads/L-7'],
    ['slashes and a query', 'a/../b?x=1#y', '/leads/a%2F..%2Fb%3Fx%3D1%23y'],
    ['another host', '@evil.example', '/leads/%40evil.example'],
    ['a line end', 'a\r\nHost: evil.example', '/leads/a%0AHost%3A%20evil.example'],
    ['a percent sign', '%2e%2e', '/leads/%252e%252e'],
  ])('encodes %s in its path', (_what, id, path) => {
    expect(renderHttpStep(spec(), scope(id), false).path).toBe(path);
  });

  it.each(['.', '..'])('refuses a path part that is "%s"', (id) => {
    expect(() => renderHttpStep(spec(), scope(id), false)).toThrow(TemplateFailure);
  });

  it('fills the leaves of its body, query and headers, and nothing else', () => {
    const evil = '","admin":true,"x":"{{ 7 }}';
    const body = {
      lead: { name: '{{ event.fields.id }}', size: 7, tags: ['a', '{{ event.name }}'], none: null, blank: '' },
    };
    const step = spec({
      path: '/leads',
      body,
      query: { q: '{{ event.fields.id }}' },
      headers: { 'X-Lead': 'n {{ event.fields.id }}' },
    });
    const done = renderHttpStep(step, scope(evil), false);
    expect(JSON.parse(done.body)).toEqual({
      lead: { name: evil, size: 7, tags: ['a', 'Lead:Create'], none: null, blank: '' },
    });
    expect(new URLSearchParams(done.path.split('?')[1]).get('q')).toBe(evil);
    expect(renderHttpStep(step, scope('a\r\nX-Admin: 1'), false).headers).toEqual({ 'X-Lead': 'n a X-Admin: 1' });
  });

  it('is not made with something empty', () => {
    expect(() => renderHttpStep(spec(), scope(null), false)).toThrow(EmptyVariable);
    const body = { name: '{{ event.fields.id | default: "" }}' };
    expect(renderHttpStep(spec({ path: '/leads', body }), scope(null), false).body).toBe('{"name":""}');
  });

  it.each([
    ['GET', false, true],
    ['PUT', false, true],
    ['POST', false, false],
    ['PATCH', false, false],
    ['POST', true, true],
  ] as const)('%s to an endpoint that takes keys (%s) may be repeated: %s', (method, isIdempotent, may) => {
    expect(renderHttpStep(spec({ method }), scope('7'), isIdempotent).isRepeatable).toBe(may);
  });

  it('has a slot of its own, and knows what its templates may name', () => {
    const one = renderHttpStep(spec(), scope('7'), false);
    const other = renderHttpStep(spec({ key: 'other' }), scope('7'), false);
    expect(planWrites([one, other]).map((w) => [w.target, w.steps[0]!.slot])).toEqual([
      ['http', 'http|crm|create-lead'],
      ['http', 'http|crm|other'],
    ]);
    const wrong = spec({ body: { a: ['{{ event.feilds.id }}', '{{ broken'] } });
    expect(checkHttpStep(wrong, { file: 'rules.yaml', line: 3 }).map((p) => [p.code, p.file, p.line])).toEqual([
      ['unknown-variable', 'rules.yaml', 3],
      ['template-syntax', 'rules.yaml', 3],
    ]);
  });
});
