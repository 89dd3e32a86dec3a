// Reads rules/directory.yaml into the core's Directory.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Directory } from '../core/rulebook.js';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import { type DirectoryYaml, directoryShape } from './grammar-directory.js';
import { readRuleFile } from './rule-files.js';
import { fitShape } from './shape-problems.js';
import { parseYaml, type YamlFile } from './yaml-file.js';

export interface LoadedDirectory {
  directory: Directory | null;
  hash: string;
  file: string;
  problems: Problem[];
}

/** Reads and checks the directory; `directory` is null when it has errors. */
export async function loadDirectory(rulesDir: string): Promise<LoadedDirectory> {
  const read = await readRuleFile(join(rulesDir, 'directory.yaml'));
  if (read.text === null) return { directory: null, hash: '', file: read.file, problems: read.problems };
  const yaml = parseYaml(read.text, read.file);
  const { value, problems } = fitShape(yaml, directoryShape);
  const directory = value && toDirectory(value);
  return {
    directory,
    hash: directory ? directoryHash(directory) : '',
    file: read.file,
    problems: value ? [...problems, ...lint(value, yaml)] : problems,
  };
}

/** sha256 (hex) over what the directory says, whatever its comments. */
export function directoryHash(directory: Directory): string {
  return createHash('sha256').update(JSON.stringify(directory)).digest('hex');
}

function toDirectory(yaml: DirectoryYaml): Directory {
  const people = Object.entries(yaml.people).map(([role, person]) => [
    role,
    { name: person.name, email: person.email ?? null, helpdesk: person.helpdesk, slack: person.slack ?? null },
  ]);
  return {
    sample: yaml.sample,
    people: Object.fromEntries(people) as Directory['people'],
    groups: yaml.groups,
    channels: yaml.channels,
    endpoints: Object.fromEntries(
      Object.entries(yaml.endpoints).map(([name, endpoint]) => [
        name,
        {
          url: endpoint.url.replace(/\/+$/, ''),
          secret: endpoint.secret ?? null,
          header: endpoint.header,
          isIdempotent: endpoint.idempotent,
        },
      ]),
    ),
    subscribers: yaml.subscribers,
    intermediaries: yaml.intermediaries,
    own: {
      addresses: yaml.own.addresses.map((address) => address.toLowerCase()),
      domains: yaml.own.domains.map((domain) => domain.toLowerCase()),
    },
    ...(yaml.steering ? { steering: yaml.steering } : {}),
    freeMail: yaml.freeMail,
  };
}

function unknownRole(role: string, known: string[], place: Partial<Problem>): Problem {
  const near = suggestion(role, known);
  return problem(
    'unknown-person',
    `Nobody in the directory has the role "${role}"${didYouMean(near)}`,
    'Name roles that stand under people:',
    place,
  );
}

function lint(value: DirectoryYaml, yaml: YamlFile): Problem[] {
  const strangers = (value.steering ?? []).flatMap((role, i) =>
    Object.hasOwn(value.people, role)
      ? []
      : [unknownRole(role, Object.keys(value.people), yaml.place(['steering', i]))],
  );
  if (!value.sample) return strangers;
  return [
    ...strangers,
    problem(
      'sample-directory',
      'The directory holds sample people',
      'Put your own people in and remove "sample: true" before going live',
      {
        severity: 'warning',
        ...yaml.place(['sample'], 'key'),
      },
    ),
  ];
}
