// Folders in which the documentation's examples are run: copies of the rules and templates, and a sandbox bot that is up.
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isSeq, parseDocument, type Document as YamlDocument } from 'yaml';

const MAIN = resolve('dist/main.js');
const PROGRAMME = 'everbright-api-access';
const UP_MS = 150_000;

/** Copies of what an admin edits. */
export async function openPlace(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'usher-docs-'));
  for (const folder of ['rules', 'templates', 'docs', 'test/match'])
    await cp(folder, join(root, folder), { recursive: true });
  return root;
}

export interface Ran {
  code: number | null;
  /** Both streams, as on a terminal. */
  output: string;
}

/** Runs `usher ARGS` in a folder, with no settings but `env`. */
export function runUsher(cwd: string, args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = start(cwd, args, env);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream!.on('data', (chunk) => (output += chunk));
  return new Promise((done) => child.once('close', (code) => done({ code, output })));
}

function start(cwd: string, args: string[], env: Record<string, string>): ChildProcess {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [MAIN, ...args], { cwd, env: { PATH, HOME, PORT: '0', COLUMNS: '200', ...env } });
}

export interface RunningBot {
  /** What `usher start` printed until the summary. */
  output: string;
  stop(): Promise<void>;
}

/** The sandbox, up, with all sample tickets handled. */
export async function startBot(cwd: string): Promise<RunningBot> {
  const child = start(cwd, ['start'], {});
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  let output = '';
  await new Promise<void>((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`the sandbox was not done in time:\n${output}`)), UP_MS);
    const onText = (chunk: Buffer) => {
      output += chunk;
      if (!/^Summary: /m.test(output)) return;
      clearTimeout(timer);
      done();
    };
    child.stdout!.on('data', onText);
    child.stderr!.on('data', onText);
    void closed.then(() => fail(new Error(`the sandbox ended:\n${output}`)));
  }).catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    get output() {
      return output;
    },
    async stop() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** `<!-- change FILE: "this" -> "that" -->` before a block. */
export async function applyChanges(root: string, before: string): Promise<number> {
  const changes = [...before.matchAll(/<!-- change (\S+): "(.*)" -> "(.*)" -->/g)];
  for (const [, file, from, to] of changes as unknown as [string, string, string, string][]) {
    const path = join(root, file);
    const text = await readFile(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
    await writeFile(path, text.replace(from, to));
  }
  return changes.length;
}

/** Puts a YAML example where its first line says: `# lists.yaml, under "lists"`, or `# scenarios/hawaii.yaml` as a file of its own. */
export async function addExample(root: string, example: string): Promise<void> {
  const said = /^# (\S+\.yaml)(?:, under "([^"]+)")?/.exec(example);
  if (!said) throw new Error(`the example does not say what it is: ${example.split('\n')[0]}`);
  const [, name, under] = said;
  const path = join(root, 'rules', name === 'directory.yaml' ? '' : PROGRAMME, name!);
  if (!under) return writeFile(path, example);
  const file = parseDocument(await readFile(path, 'utf8'));
  insert(file, under.split('.'), example);
  await writeFile(path, file.toString({ lineWidth: 0 }));
}

/** Items of a list go first, because the first rule that fits decides. */
function insert(file: YamlDocument, path: string[], example: string): void {
  const part = parseDocument(example).toJS() as unknown[] | Record<string, unknown>;
  const there = file.getIn(path);
  if (Array.isArray(part) && isSeq(there)) there.items.unshift(...part.map((item) => file.createNode(item)));
  else for (const [key, value] of Object.entries(part)) file.setIn([...path, key], file.createNode(value));
}

export async function removePlace(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
}
