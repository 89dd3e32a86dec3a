// Registers the executed cases of one section under their numbers; a number without a test, or a test without a number, fails.
import { describe, expect, it } from 'vitest';
import { CASES, SECTIONS, type Section } from './cases.js';

export type Attacks = Record<number, () => void | Promise<void>>;

/** Every case of the section that does not wait for a door must be there, and nothing else. */
export function attacks(section: Section, tests: Attacks): void {
  const cases = CASES.filter((c) => c.section === section && !c.isWaiting);
  const ran = new Set<number>();
  describe(`attacks on the ${SECTIONS[section]}`, () => {
    for (const { number, title } of cases) {
      it(`${number} ${title}`, async () => {
        await tests[number]!();
        ran.add(number);
      });
    }
    it('were all carried out', () => {
      expect(Object.keys(tests).map(Number)).toEqual(cases.map((c) => c.number));
      expect([...ran]).toEqual(cases.map((c) => c.number));
    });
  });
}
