// Small templates inside rules: the value of a field is one line, and a template only where it prints something.
import { describe, expect, it } from 'vitest';
import { renderFields } from '../../src/core/small-template.js';
import { EmptyVariable } from '../../src/core/template.js';

const scope = (lead_id: unknown) => ({ case: { values: { lead_id } } });
const set = (value: string | number | boolean, id: unknown = 'L-7') =>
  renderFields({ Lead: value }, 'set', scope(id)).Lead;

describe('a ticket field that a rule sets', () => {
  it.each([
    ['a plain text', 'Declined', 'Declined'],
    ['a number', 7, 7],
    ['yes or no', false, false],
    ['braces that print nothing', '{% if %}', '{% if %}'],
    ['what another system answered', '{{ case.values.lead_id }}', 'L-7'],
    ['words around it', 'Lead {{ case.values.lead_id }}!', 'Lead L-7!'],
  ])('takes %s', (_what, given, value) => {
    expect(set(given)).toBe(value);
  });

  it('takes a value as it is, on one line', () => {
    expect(set('{{ case.values.lead_id }}', 'a\r\nb\u202e {{ 7 }} <b>')).toBe('a b {{ 7 }} <b>');
  });

  it('is not set to nothing', () => {
    expect(() => set('{{ case.values.lead_id }}', null)).toThrow(EmptyVariable);
    expect(set('{{ case.values.lead_id | default: "none" }}', null)).toBe('none');
  });
});
