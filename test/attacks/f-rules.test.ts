// Attacks 49 to 54: rule files and templates that are bombs, traps or plain wrong; the real loader, the real renderer.
import { symlink } from 'node:fs/promises';
import { afterEach, beforeEach, expect } from 'vitest';
import { checkTemplate, EmptyVariable, renderTemplate, TemplateFailure } from '../../src/core/template.js';
import { ProblemError } from '../../src/problem.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { runScenarios } from '../../src/rulebook/run-scenarios.js';
import { parseYaml } from '../../src/rulebook/yaml-file.js';
import { run } from '../core/everbright.js';
import { aProgramme, aRule, aTemplate, THEN, test_ } from '../core/fixtures.js';
import { DIRECTORY, LISTS, openWorkspace, RULES, TEMPLATES, type Workspace } from '../rulebook/workspace.js';
import { attacks } from './attacks.js';

let space: Workspace;
beforeEach(async () => {
  space = await openWorkspace();
});
afterEach(() => space.remove());

/** Loading ends, gives no rulebook, and says where the mistake is. */
async function expectRefused(file: string, code?: string): Promise<void> {
  const { rulebook, problems } = await loadRulebook(space);
  const errors = problems.filter((p) => p.severity === 'error');
  expect(rulebook, file).toBeNull();
  const here = errors.filter((p) => p.file?.endsWith(file));
  expect(here.length, JSON.stringify(errors.slice(0, 3))).toBeGreaterThan(0);
  for (const one of here) expect(one.fix, one.code).not.toBe('');
  if (code) expect(here.map((p) => p.code)).toContain(code);
}

const REPLY = `${TEMPLATES}/need-details.reply.en.liquid`;

attacks('F', {
  49: async () => {
    const aliases = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++)
      aliases.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    const files: [string, code: string][] = [
      [aliases.join('\n'), 'yaml-aliases'],
      ['a: &a { b: 1 }\nc:\n  <<: *a', 'merge-key'],
      ['['.repeat(20_000), 'yaml-too-deep'],
      // Brackets in quotes and comments make a count of brackets believe that nothing is open.
      ['["]",'.repeat(20_000), 'yaml-too-deep'],
      ['[ # ]\n'.repeat(20_000), 'yaml-too-deep'],
      ['{"}": '.repeat(20_000), 'yaml-too-deep'],
      ['- '.repeat(20_000), 'yaml-too-deep'],
      ['usher: 1\nusher: 1', 'duplicate-key'],
      ['usher: !!js/function x', 'yaml-tag'],
      ['__proto__: { usher: 1 }', 'forbidden-key'],
      ['%YAML 1.1\n---\nusher: on', 'yaml-syntax'],
      [`usher: 1\n${'# x\n'.repeat(3_000_000)}`, 'file-too-large'],
    ];
    for (const [text, code] of files) {
      const { problems, value } = parseYaml(text, 'rules/x.yaml');
      expect(problems.map((p) => p.code)).toContain(code);
      expect([value, problems[0]!.file, problems[0]!.line! > 0]).toEqual([undefined, 'rules/x.yaml', true]);
    }
    for (const [text, code] of [...files.slice(3, 4), ['usher: 1\nlist: {}', 'unknown-key'] as const]) {
      await space.write(LISTS, text);
      await expectRefused(LISTS, code);
    }
    expect(({} as Record<string, unknown>).usher).toBeUndefined();
  },

  50: async () => {
    const rules = await space.read(RULES);
    for (const pattern of ['(?=x)', '(?<!x)y', '(a)\\1', 'x{5000}', '(x{900}){900}', '(']) {
      await space.write(RULES, rules.replace("matches: '(?i)approv", `matches: '${pattern}`));
      await expectRefused(RULES, 'bad-pattern');
    }
    const programme = aProgramme({
      rules: [
        aRule({
          id: 'evil',
          when: test_('ticket.body', 'matches', '^(a+)+$'),
          [THEN]: [{ type: 'hold', reason: 'x' }],
        }),
      ],
    });
    for (const body of [`${'a'.repeat(16_000)}!${'a'.repeat(900_000)}`, `API access ${'a'.repeat(900_000)}!`])
      expect(run({ tags: ['api-access'], body }, { programme }).decision.rule).not.toBe('evil');
  },

  51: async () => {
    const bombs = [
      '{% for i in (1..1000000000) %}{% endfor %}',
      `${'{% for i in (1..1000) %}'.repeat(4)}x${'{% endfor %}'.repeat(4)}`,
      '{% assign a = "x" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}',
      '{{ (1..100000000) | join: "," }}',
      '{{ today | date: "%9999999999d" }}',
      '{% layout "need-details" %}{% block a %}{% endblock %}',
      '{{ message.quote | strip_html }}',
      '{% if today %}'.repeat(3_000),
      '{% tablerow i in (1..1000000) %}x{% endtablerow %}',
      '{% increment x %}{% cycle "a", "b" %}',
    ];
    const hostile = { message: { quote: '<!--'.repeat(5_000) }, today: '2026-11-22' };
    for (const bomb of bombs) {
      let failure: unknown = null;
      try {
        renderTemplate(aTemplate(bomb), hostile);
      } catch (error) {
        failure = error;
      }
      expect(failure instanceof ProblemError || failure instanceof TemplateFailure, bomb.slice(0, 60)).toBe(true);
    }
    await space.write(REPLY, bombs[6]!);
    await expectRefused(REPLY, 'template-filter');
  },

  52: async () => {
    const text = await space.read(REPLY);
    for (const reach of [
      '{% render "../../etc/passwd" %}',
      '{% include "/etc/passwd" %}',
      '{% layout ticket.subject %}',
      '{% include requester.name %}',
    ]) {
      await space.write(REPLY, `${reach}\n${text}`);
      await expectRefused(REPLY, 'template-tag');
    }
    await space.write(REPLY, text);
    expect((await loadRulebook(space)).rulebook).not.toBeNull();
    const link = `${TEMPLATES}/secret.reply.en.liquid`;
    await symlink('/etc/passwd', space.path(link));
    await expectRefused(link, 'symlink');
  },

  53: async () => {
    await space.write(REPLY, `{{ organization.constructor }}\n${await space.read(REPLY)}`);
    await expectRefused(REPLY, 'unknown-variable');
    for (const name of [
      'organization.constructor',
      'requester.__proto__',
      'secrets.token',
      'process.env',
      'organization.nmae',
      'ticket["constructor"]["constructor"]',
    ]) {
      expect(
        checkTemplate(aTemplate(`{{ ${name} }}`)).map((p) => p.code),
        name,
      ).toEqual(['unknown-variable']);
      // And if nobody had looked: never half a message.
      expect(
        () =>
          renderTemplate(aTemplate(`Hi {{ ${name} }}`), { organization: { name: 'Acme' }, requester: {}, ticket: {} }),
        name,
      ).toThrow(EmptyVariable);
    }
  },

  54: async () => {
    const rules = await space.read(RULES);
    const last = '  - id: unclear\n    title: Everything else\n    then: [ { hold: ';
    await space.write(
      RULES,
      rules.replace(last, `  - id: greedy\n    title: x\n    then: [ { reply: need-details } ]\n${last}`),
    );
    await expectRefused(RULES);
    // Somebody lets ambiguous names in: every rule is well formed, and the scenarios say what is wrong.
    const lenient = rules.replace(
      /(- id: ambiguous\n.*\n.*\n) {4}then: .*/,
      '$1    then: [ { assign: api-integrations-lead } ]',
    );
    expect(lenient).not.toBe(rules);
    await space.write(RULES, lenient);
    const { rulebook, byProgramme, problems } = await loadRulebook(space);
    expect(problems.filter((p) => p.severity === 'error')).toEqual([]);
    const { programme, scenarios } = byProgramme['everbright-api-access']!;
    const failing = runScenarios(rulebook!, programme!, scenarios).filter((r) => !r.passed);
    expect(failing.length).toBeGreaterThan(0);
    await space.write(RULES, rules);
    await space.edit(DIRECTORY, 'John', 'Jon');
    expect((await loadRulebook(space)).rulebook).not.toBeNull();
  },
});
