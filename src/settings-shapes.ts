// The shapes that settings are made of, and what a setting consists of.
import { z } from 'zod';

export const flag = z
  .enum(['true', 'false', '1', '0', 'yes', 'no', ''])
  .transform((v) => v === 'true' || v === '1' || v === 'yes');
export const count = (least: number, most: number) => {
  const must = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(must).int(must).min(least, must).max(most, must);
};
export const list = z.string().transform((v) =>
  v
    .split(',')
    .map((x) => x.trim())
    .filter(Boolean),
);
export const url = z.string().refine((v) => URL.canParse(v), 'must be a URL');
export const optionalText = z.string().optional();

/** One setting: its shape, what it means, and the group it stands under in .env.example. */
export interface Setting {
  shape: z.ZodType;
  group: string;
  means: string;
  example?: string;
}

/** Secrets by name, `crm=...,leads=...`, or one a line. */
export const namedSecrets = z
  .string()
  .default('')
  .transform((text, context) => {
    const pairs = text
      .split(/[,\n]/)
      .map((pair) => pair.trim())
      .filter(Boolean)
      .map((pair) => [pair.slice(0, Math.max(0, pair.indexOf('='))).trim(), pair.slice(pair.indexOf('=') + 1).trim()]);
    for (const [name, value] of pairs) {
      if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name!)) context.addIssue('write NAME=SECRET, the name in lower case');
      else if (value!.length < 16) context.addIssue(`the secret "${name}" needs at least 16 characters`);
    }
    return Object.fromEntries(pairs) as Record<string, string>;
  });
