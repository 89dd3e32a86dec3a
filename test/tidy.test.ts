// The house's style as far as a program can hold it: import directions, sizes, headers, loose ends.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

/** The only libraries the core may use. */
const PURE = ['zod', 'liquidjs', 'luxon', 'tldts', 're2js'];
const LINES_MOST = 250;

/** A vendor's package is imported in one folder and nowhere else. */
const HOMES: Record<string, string> = {
  '@slack/bolt': 'src/adapters/slack/',
  nodemailer: 'src/adapters/smtp/',
  axios: 'src/adapters/',
  exceljs: 'src/lists/',
  bullmq: 'src/storage/',
  ioredis: 'src/storage/',
  pg: 'src/storage/',
  '@electric-sql/pglite': 'src/storage/',
  fastify: 'src/http/',
  pino: 'src/log.ts',
  'prom-client': 'src/http/',
  '@opentelemetry/sdk-trace-node': 'src/app/',
  commander: 'src/commands/',
  yaml: 'src/rulebook/',
  'smtp-server': 'src/sandbox/',
  ws: 'src/sandbox/',
};
/** The sandbox makes its sample lists with the library that reads them; try reads YAML for the labelled set and tickets. */
const GUESTS: Record<string, string[]> = {
  exceljs: ['src/sandbox/'],
  yaml: ['src/commands/'],
  pg: [],
  commander: ['src/main.ts'],
  fastify: ['src/sandbox/'],
};

/** Which folders of src a folder may import; its own is always allowed. */
const ARROWS: Record<string, string[]> = {
  core: ['problem'],
  rulebook: ['core', 'problem'],
  lists: ['core', 'ports', 'problem'],
  images: ['core', 'problem'],
  flow: ['core', 'ports', 'ledger', 'problem'],
  adapters: ['core', 'ports', 'problem', 'gather'],
  storage: ['core', 'ports', 'ledger', 'problem'],
  http: ['core', 'ports', 'problem', 'storage/local-socket'],
  sandbox: ['core', 'problem', 'lists'],
};

interface Source {
  path: string;
  text: string;
  imports: string[];
}

let sources: Source[] = [];

beforeAll(async () => {
  const entries = await readdir('src', { recursive: true });
  const paths = entries.filter((e) => e.endsWith('.ts')).map((e) => join('src', e));
  sources = await Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, 'utf8');
      const imports = [
        ...text.matchAll(
          /^(?:import|export)\b[^;'"]*?\bfrom '([^'\n]+)'|^import '([^'\n]+)'|\bimport\('([^'\n]+)'\)/gm,
        ),
      ].map((m) => (m[1] ?? m[2] ?? m[3])!);
      return { path, text, imports };
    }),
  );
});

describe('imports', () => {
  it('found the sources', () => {
    expect(sources.length).toBeGreaterThan(100);
  });

  it('keep the core pure: no node, no library but the named ones', () => {
    const wrong = sources
      .filter((s) => s.path.startsWith('src/core/'))
      .flatMap((s) =>
        s.imports.filter((i) => !i.startsWith('.') && !PURE.includes(packageOf(i))).map((i) => `${s.path}: ${i}`),
      );
    expect(wrong).toEqual([]);
  });

  it('keep clock, randomness and the outside out of the core', () => {
    const wrong = sources
      .filter((s) => s.path.startsWith('src/core/'))
      .filter((s) =>
        /\bDate\.now\(|new Date\(\)|Math\.random\(|\bprocess\.|\bfetch\(|setTimeout\(|console\./.test(
          withoutComments(s.text),
        ),
      )
      .map((s) => s.path);
    expect(wrong).toEqual([]);
  });

  it('point to the core, never back', () => {
    const wrong: string[] = [];
    for (const source of sources) {
      const room = source.path.split('/')[1]!;
      const allowed = ARROWS[room];
      if (!allowed) continue;
      for (const i of source.imports.filter((x) => x.startsWith('.'))) {
        const target = normalize(join(dirname(source.path), i))
          .replace(/^src\//, '')
          .replace(/\.js$/, '');
        const isAllowed =
          target.startsWith(`${room}/`) || allowed.some((a) => target === a || target.startsWith(`${a}/`));
        if (!isAllowed) wrong.push(`${source.path} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('never lead from one adapter to another', () => {
    const wrong: string[] = [];
    for (const source of sources.filter((s) => s.path.startsWith('src/adapters/'))) {
      const own = source.path.split('/')[2]!;
      for (const i of source.imports.filter((x) => x.startsWith('.'))) {
        const target = normalize(join(dirname(source.path), i));
        const other = /^src\/adapters\/([^/]+)\//.exec(target)?.[1];
        if (other && other !== own) wrong.push(`${source.path} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('leave the network to one file: every connection of an adapter knows one host', () => {
    const goesOut = ({ text, imports }: Source) =>
      /(?<![.\w])fetch\((?!\))/.test(withoutComments(text)) ||
      /^import (?!type\b)[^;]*'node:(net|tls|dgram|http2)'/m.test(text) ||
      (imports.some((i) => /^node:https?$/.test(i)) && /\bhttps?\.(request|get)\(/.test(text));
    const wrong = sources
      .filter((s) => !/^src\/(sandbox|storage|http)\//.test(s.path) && s.path !== 'src/adapters/network.ts')
      .filter(goesOut)
      .map((s) => s.path);
    expect(wrong).toEqual([]);
    const unwatched = sources.filter(
      (s) => s.imports.includes('axios') && !s.text.includes('transport: watchedTransport('),
    );
    expect(unwatched.map((s) => s.path)).toEqual([]);
  });

  it('give each vendor one home', () => {
    const wrong = sources.flatMap((s) =>
      s.imports
        .filter((i) => HOMES[packageOf(i)] && !s.path.startsWith(HOMES[packageOf(i)]!))
        .filter((i) => !(GUESTS[packageOf(i)] ?? []).some((guest) => s.path.startsWith(guest)))
        .map((i) => `${s.path}: ${i}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('files', () => {
  it('open with one sentence that says what they are for', () => {
    const wrong = sources.filter((s) => !/^(#!.*\n)?\/\/ \S.{15,}/.test(s.text)).map((s) => s.path);
    expect(wrong).toEqual([]);
  });

  it(`stay under ${LINES_MOST} lines`, () => {
    const wrong = sources
      .filter((s) => s.text.split('\n').length > LINES_MOST)
      .map((s) => `${s.text.split('\n').length} ${s.path}`);
    expect(wrong).toEqual([]);
  });

  it('are named in kebab-case', () => {
    expect(sources.map((s) => s.path).filter((p) => !/^src(\/[a-z0-9]+(-[a-z0-9]+)*)+(\.d)?\.ts$/.test(p))).toEqual([]);
  });

  it('hold no loose ends', async () => {
    const tests = (await readdir('test', { recursive: true }))
      .filter((e) => e.endsWith('.ts'))
      .map((e) => join('test', e));
    const texts = [
      ...sources,
      ...(await Promise.all(tests.map(async (path) => ({ path, text: await readFile(path, 'utf8') })))),
    ];
    const loose = new RegExp(
      [
        'TO' + 'DO',
        'FIX' + 'ME',
        'as a' + 'ny\\b',
        '@ts-ig' + 'nore',
        'biome-ig' + 'nore',
        '\\.on' + 'ly\\(',
        'export defa' + 'ult',
      ].join('|'),
    );
    expect(texts.filter((s) => loose.test(s.text)).map((s) => s.path)).toEqual([]);
  });
});

describe('the repository', () => {
  it('names no machine: no private registry in the lock file', async () => {
    expect(await readFile('package-lock.json', 'utf8')).not.toContain('"resolved": "http');
  });
});

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}
