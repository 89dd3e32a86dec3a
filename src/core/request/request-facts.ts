// Request fields as facts: values, where they were read, and what is missing or unclear.
import type { Json } from '../decision.js';
import type { FieldReading } from './read-request.js';

/** null for a field that is missing or unclear; a list where several values are allowed. Names of fields are the admin's. */
export function requestFacts(readings: readonly FieldReading[]): { [key: string]: Json } {
  const by = (value: (reading: FieldReading) => Json) =>
    Object.fromEntries(readings.map((r) => [r.field.name, value(r)]));
  const isMissing = ({ field, values, isUnclear }: FieldReading) => field.required && values.length === 0 && !isUnclear;
  const names = (of: (reading: FieldReading) => boolean) => readings.filter(of).map((r) => r.field.name);
  return {
    ...by(({ field, values }) => (values.length === 0 ? null : field.many ? values : values[0]!)),
    missing: names(isMissing),
    unclear: names((r) => r.isUnclear),
    sources: by((r) => r.source || null),
    strange: by((r) => r.strange),
  };
}
