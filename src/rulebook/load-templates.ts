// Reads a programme's message templates: file names, front matter, Liquid, variables, and a default language for each.
import { join } from 'node:path';
import { z } from 'zod';
import type { MessageTemplate } from '../core/rulebook.js';
import { checkTemplate, parseTemplate } from '../core/template.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import { readFolder, readRuleFile, shownPath } from './rule-files.js';
import { fitShape } from './shape-problems.js';
import { parseYaml } from './yaml-file.js';

export interface LoadedTemplates {
  /** By `name.channel.locale`; null when the folder cannot be read, so that nothing is checked against it. */
  templates: Record<string, MessageTemplate> | null;
  /** Texts of all files, for the programme's hash. */
  sources: string[];
  problems: Problem[];
}

const FILE_NAME = /^([a-z0-9_-]{1,64})\.(reply|note|email|slack)\.([a-z]{2,3}(?:-[a-z0-9]{2,8})*)\.liquid$/;

const frontMatterShape = z.strictObject({
  subject: z.string().trim().min(1).optional(),
  draft: z.boolean().default(false),
});

/** Loads every template of a folder; `locale` is the programme's default, null when not known. */
export async function loadTemplates(folder: string, locale: string | null): Promise<LoadedTemplates> {
  const { names, problems } = await readFolder(folder);
  if (names === null) return { templates: problems.length > 0 ? null : {}, sources: [], problems };
  const templates: Record<string, MessageTemplate> = {};
  const broken: string[] = [];
  const sources: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const parts = FILE_NAME.exec(name);
    if (!parts) {
      problems.push(
        problem(
          'template-name',
          `"${name}" is not a template's name`,
          'Call it name.reply.en.liquid; channels are reply, note, email and slack',
          { file: shownPath(path) },
        ),
      );
      continue;
    }
    const [, title, channel, language] = parts as unknown as [string, string, MessageTemplate['channel'], string];
    const read = await readTemplate(path, { name: title, channel, locale: language });
    problems.push(...read.problems);
    sources.push(name, read.text);
    if (read.template) templates[`${title}.${channel}.${language}`] = read.template;
    else broken.push(`${title}.${channel}`);
  }
  if (locale) problems.push(...missingDefaults(templates, { locale, broken, folder }));
  // A template that cannot be read is a Problem of its own; rules that name it need no second one.
  return { templates: broken.length > 0 ? null : templates, sources, problems };
}

interface ReadTemplate {
  template: MessageTemplate | null;
  text: string;
  problems: Problem[];
}

async function readTemplate(
  path: string,
  key: Pick<MessageTemplate, 'name' | 'channel' | 'locale'>,
): Promise<ReadTemplate> {
  const read = await readRuleFile(path);
  if (read.text === null) return { template: null, text: '', problems: read.problems };
  const { text, file } = read;
  const split = splitFrontMatter(text);
  const yaml = parseYaml(split.head, file, 2);
  const head =
    split.head.trim() === '' ? { value: frontMatterShape.parse({}), problems: [] } : fitShape(yaml, frontMatterShape);
  if (!head.value) return { template: null, text, problems: head.problems };
  const place = yaml.place(['subject']);
  try {
    const template = parseTemplate(split.body, {
      ...key,
      ...head.value,
      file,
      firstLine: split.firstLine,
      subjectLine: place.line,
      subjectColumn: place.column + (/^["']/.test(lineFrom(text, place)) ? 1 : 0),
    });
    const problems = checkTemplate(template);
    if (template.draft) {
      problems.push(
        problem(
          'draft-template',
          'The template is marked as a draft',
          'Put in the wording agreed on and remove "draft: true"; live mode refuses drafts',
          { severity: 'warning', ...yaml.place(['draft'], 'key') },
        ),
      );
    }
    return { template, text, problems };
  } catch (error) {
    if (error instanceof ProblemError) return { template: null, text, problems: error.problems };
    throw error;
  }
}

/** Splits `---` front matter from the body; `firstLine` is the line of the file that the body begins on. */
export function splitFrontMatter(text: string): { head: string; body: string; firstLine: number } {
  const found = /^---[ \t]*\r?\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\r?\n|$)/.exec(text);
  if (!found) return { head: '', body: text, firstLine: 1 };
  return { head: found[1] ?? '', body: text.slice(found[0].length), firstLine: found[0].split('\n').length };
}

function lineFrom(text: string, place: { line: number; column: number }): string {
  return (text.split('\n')[place.line - 1] ?? '').slice(place.column - 1);
}

function missingDefaults(
  templates: Record<string, MessageTemplate>,
  context: { locale: string; broken: string[]; folder: string },
): Problem[] {
  const { locale, broken, folder } = context;
  const wanted = [locale, locale.split('-')[0]!];
  const kinds = new Set(Object.values(templates).map((t) => `${t.name}.${t.channel}`));
  return [...kinds]
    .filter(
      (kind) => !broken.includes(kind) && !wanted.some((language) => Object.hasOwn(templates, `${kind}.${language}`)),
    )
    .map((kind) =>
      problem(
        'missing-locale',
        `The template "${kind}" does not exist in the programme's language, ${locale}`,
        `Create ${shownPath(join(folder, `${kind}.${locale}.liquid`))}`,
        { file: shownPath(folder) },
      ),
    );
}
