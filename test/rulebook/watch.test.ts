// Edits are taken over while running, a programme at a time and only when they are good; else the last good stays.
import { cp, mkdir, rename, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Rulebook } from '../../src/core/rulebook.js';
import type { Problem } from '../../src/problem.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { signatureOf, type Watch, type WatchOptions, watchRulebook } from '../../src/rulebook/watch.js';
import { DIRECTORY, openWorkspace, RULES, SCENARIOS, TEMPLATES, type Workspace } from './workspace.js';

interface Event {
  kind: 'loaded' | 'problems';
  rulebook: Rulebook | null;
  changed: string[];
  problems: Problem[];
}

let space: Workspace;
let watch: Watch | undefined;
let events: Event[];
let wake: (() => void) | undefined;
let start: Rulebook;

beforeEach(async () => {
  space = await openWorkspace();
  events = [];
});
afterEach(async () => {
  await watch?.stop();
  await space.remove();
});

async function watchSpace(more: Partial<WatchOptions> = {}): Promise<void> {
  start = (await loadRulebook(space)).rulebook!;
  const tell = (event: Event) => {
    events.push(event);
    wake?.();
  };
  watch = watchRulebook({
    ...space,
    current: start,
    pollMs: 20,
    onLoaded: (rulebook, changed) => tell({ kind: 'loaded', rulebook, changed, problems: [] }),
    onProblems: (problems) => tell({ kind: 'problems', rulebook: null, changed: [], problems }),
    ...more,
  });
}

/** The next thing that the watch tells. */
async function next(): Promise<Event> {
  while (events.length === 0) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  return events.shift()!;
}

const titleOf = (rulebook: Rulebook | null, id: string) =>
  rulebook?.programmes[0]?.rules.find((rule) => rule.id === id)?.title;

describe('watchRulebook', () => {
  it('takes over a good edit', async () => {
    await watchSpace();
    await space.edit(RULES, 'title: The integration was cancelled', 'title: Called off');
    const event = await next();
    expect(event).toMatchObject({ kind: 'loaded', changed: ['everbright-api-access'] });
    expect(titleOf(event.rulebook, 'cancelled')).toBe('Called off');
    expect(event.rulebook!.hash).not.toBe(start.hash);
  });

  it('does not load again what was loaded right before, and takes over what is edited then', async () => {
    const loadedFrom = await signatureOf(space);
    // Read again, the files would be another rulebook than this.
    await watchSpace({ loadedFrom, current: { ...(await loadRulebook(space)).rulebook!, hash: 'loaded before' } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events).toEqual([]);
    await space.edit(RULES, 'title: The integration was cancelled', 'title: Called off');
    expect(titleOf((await next()).rulebook, 'cancelled')).toBe('Called off');
  });

  it('keeps the last good on a bad edit, says where, and goes on when it is mended', async () => {
    await watchSpace();
    await space.edit(RULES, '    outcome: thanked', '    outcom: thanked');
    const bad = await next();
    expect(bad.kind).toBe('problems');
    expect(bad.problems[0]).toMatchObject({ code: 'unknown-key', column: 5 });
    const text = (await space.read(RULES)).replace('    outcom: thanked', '    outcome: thanked');
    await space.write(RULES, text.replace('title: The integration was cancelled', 'title: Mended'));
    const good = await next();
    expect(good.kind).toBe('loaded');
    expect(titleOf(good.rulebook, 'cancelled')).toBe('Mended');
    expect(await next()).toMatchObject({ kind: 'problems', problems: [] });
  });

  it('says that all is well again when a bad edit is undone', async () => {
    await watchSpace();
    const text = await space.read(RULES);
    await space.write(RULES, 'usher: 1\n');
    expect((await next()).kind).toBe('problems');
    await space.write(RULES, text);
    expect(await next()).toMatchObject({ kind: 'problems', problems: [] });
    expect(events).toEqual([]);
  });

  it('refuses an edit that checks clean and breaks a scenario', async () => {
    await watchSpace();
    await space.edit(RULES, 'case.handoff.daysAgo: { atMost: 30 }', 'case.handoff.daysAgo: { atMost: 300 }');
    const event = await next();
    expect(event.kind).toBe('problems');
    expect(event.problems.map((p) => p.code)).toEqual(['scenario-failed']);
    expect(event.problems[0]!.message).toContain('A hand-off more than 30 days ago is made anew');
  });

  it('takes over a file that an editor writes anew and renames over the old one', async () => {
    await watchSpace();
    const text = await space.read(RULES);
    const fresh = text.replace('title: The integration was cancelled', 'title: Renamed over');
    await writeFile(space.path(`${RULES}.tmp`), fresh);
    await rename(space.path(`${RULES}.tmp`), space.path(RULES));
    expect(titleOf((await next()).rulebook, 'cancelled')).toBe('Renamed over');
  });

  it('takes over a template and a new person', async () => {
    await watchSpace();
    await space.edit(
      `${TEMPLATES}/not-approved.reply.en.liquid`,
      'Thanks for reaching out',
      'Thank you for reaching out',
    );
    expect((await next()).changed).toEqual(['everbright-api-access']);
    await space.edit(DIRECTORY, 'name: John Kilfoil', 'name: Joan Kilfoil');
    const event = await next();
    expect(event.changed).toEqual(['directory']);
    expect(event.rulebook!.directory.people['api-integrations-lead']!.name).toBe('Joan Kilfoil');
  });

  it('keeps the directory in use when a new one lacks a role that a rule needs', async () => {
    await watchSpace();
    await space.edit(DIRECTORY, '  sales-development:', '  sales-team:');
    const event = await next();
    expect(event.kind).toBe('problems');
    expect(event.problems.every((p) => p.code === 'unknown-person')).toBe(true);
    expect(events).toEqual([]);
  });

  it('takes over one programme while another has mistakes', async () => {
    await mkdir(space.path('rules/second'));
    await cp(space.path('templates/everbright-api-access'), space.path('templates/second'), { recursive: true });
    await space.write(
      'rules/second/intents.yaml',
      'usher: 1\nintents: { other: { threshold: 1, unsure: 1, tags: { other: 1 } } }\n',
    );
    await space.write('rules/second/lists.yaml', 'usher: 1\nlists: {}\n');
    const second = (title: string) =>
      `usher: 1\nprogramme: second\ntitle: ${title}\nreceives: { intent: other }\nrules: [ { id: all, then: [ { hold: x } ] } ]\n`;
    await space.write('rules/second/rules.yaml', second('Second'));
    space.programmes.push('second');
    await watchSpace();
    await space.edit(RULES, 'locale: en', 'locale: 5');
    expect((await next()).kind).toBe('problems');
    await space.write('rules/second/rules.yaml', second('Second to none'));
    const event = await next();
    expect(event).toMatchObject({ kind: 'loaded', changed: ['second'] });
    expect(event.rulebook!.programmes.map((p) => p.title)).toEqual(['EverBright API access', 'Second to none']);
  });

  it('is silent once stopped', async () => {
    await watchSpace();
    await watch!.stop();
    await space.edit(RULES, 'title: The integration was cancelled', 'title: Too late');
    await space.edit(SCENARIOS, '# Who is let in', '# Who');
    expect(events).toEqual([]);
  });
});
