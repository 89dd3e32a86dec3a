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
