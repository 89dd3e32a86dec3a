// Secrets from files: NAME_FILE names a file that holds the value of NAME, as containers and systemd hand secrets over.
import { readFileSync } from 'node:fs';
import { type Problem, problem } from './problem.js';

type Env = Record<string, string | undefined>;

/** No secret is longer; a mistaken path may lead to anything. */
const CHARACTERS_MOST = 65_536;

export const fileSetting = (name: string): string => `${name}_FILE`;

/** The environment with the secrets that stand in files, spaces and line ends around them left out; what is wrong goes to `problems`. */
export function withSecretFiles(env: Env, secrets: readonly string[], problems: Problem[]): Env {
  const out = { ...env };
  for (const name of secrets) {
    const file = env[fileSetting(name)]?.trim();
    if (!file) continue;
    if (env[name]?.trim()) {
      const what = `${name} and ${fileSetting(name)} are both set`;
      problems.push(problem('secret-twice', what, 'Keep one of them'));
      continue;
    }
    const found = read(name, file);
    if (typeof found === 'string') out[name] = found;
    else problems.push(found);
  }
  return out;
}

function read(name: string, file: string): string | Problem {
  const bad = (why: string) =>
    problem('secret-file', `${fileSetting(name)}: ${why}`, 'Name a file that holds the secret and nothing else', {
      file,
    });
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text === '') return bad('the file is empty');
    return text.length > CHARACTERS_MOST ? bad('the file is too long for a secret') : text;
  } catch (error) {
    return bad(`the file cannot be read (${(error as { code?: string }).code ?? String(error)})`);
  }
}
