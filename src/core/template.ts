// Liquid templates of messages: parsed with a Problem at the place, rendered under limits, never half empty.
import { Liquid, LiquidError, type Template } from 'liquidjs';
import { ProblemError, problem } from '../problem.js';
import { markValue, oneLine, textToHtml, toPlainText, toSlack } from './escape.js';
import type { MessageTemplate } from './rulebook.js';
import { EmptyVariable, TemplateFailure } from './template-errors.js';

export { pickTemplate } from './pick-template.js';
export { checkTemplate, templateVariables } from './template-check.js';
export { EmptyVariable, TemplateFailure } from './template-errors.js';
export { findVariable, templateScope, templatesMarkdown, templateTable } from './template-scope.js';

const SOURCE_MAX = 65_536;
const OUTPUT_MAX = 20_000;
const RENDER_MS_MAX = 1_000;
const MEMORY_MAX = 200_000;
const TAGS = ['assign', 'break', 'case', 'comment', '#', 'continue', 'for', 'if', 'unless'];
/** Without a clock, chance, files, quadratic or unescaped output. */
const FILTERS = [
  ...['append', 'capitalize', 'default', 'downcase', 'first', 'join', 'last', 'minus', 'plus', 'prepend', 'remove'],
  ...['replace', 'size', 'slice', 'split', 'strip', 'truncate', 'upcase'],
];

export interface TemplateHeader {
  name: string;
  channel: MessageTemplate['channel'];
  locale: string;
  /** Path as shown in Problems. */
  file: string;
  /** From the front matter; null or absent where there is none. */
  subject?: string | null;
  draft?: boolean;
  /** Where the body and the subject's text begin in the file, from 1. */
  firstLine?: number;
  subjectLine?: number;
  subjectColumn?: number;
}

/** Parses the text below the front matter. Throws ProblemError with file:line:column on anything that is not allowed Liquid. */
export function parseTemplate(source: string, header: TemplateHeader): MessageTemplate {
  const { name, channel, locale, file, subject = null, draft = false, firstLine = 1 } = header;
  const engine = newEngine();
  const body = parsePart(engine, source, { file, line: firstLine, column: 1 });
  const subjectPlace = { file, line: header.subjectLine ?? 1, column: header.subjectColumn ?? 1 };
  const parsedSubject = subject === null ? null : parsePart(engine, subject, subjectPlace);
  if (channel === 'email' && (subject === null || subject.trim() === '')) {
    throw new ProblemError(
      problem(
        'template-no-subject',
        'An e-mail template needs a subject',
        'Begin the file with ---, subject: ..., ---',
        {
          file,
          line: 1,
        },
      ),
    );
  }
  const whole = subject === null ? source : `subject: ${subject}\n\n${source}`;
  return { name, channel, locale, draft, file, subject: parsedSubject, body, engine, source: whole };
}

interface Place {
  file: string;
  line: number;
  column: number;
}

function parsePart(engine: Liquid, source: string, place: Place): Template[] {
  const at = { file: place.file, line: place.line };
  const marks = /[\ue000-\ue004]/.exec(source);
  if (source.length > SOURCE_MAX || marks) {
    const message = marks ? 'The template contains private-use characters' : 'The template is longer than 64 kB';
    throw new ProblemError(problem('template-source', message, 'Write plain text', at));
  }
  if (nestsTooDeep(source)) {
    const message = `The template nests deeper than ${NESTING_MAX} levels`;
    throw new ProblemError(problem('template-source', message, 'Write it flatter', at));
  }
  try {
    // Blank lines and spaces in front make the engine count from the file's beginning; rendering trims them.
    return engine.parse('\n'.repeat(place.line - 1) + ' '.repeat(place.column - 1) + source);
  } catch (error) {
    throw new ProblemError(parseProblem(error, place), { cause: error });
  }
}

/** Blocks within blocks, and brackets within an output or tag. */
const NESTING_MAX = 20;
const BLOCKS = /\{%-?\s*(end)?(?:if|unless|for|case|comment)\b|\{[{%]|[[(]|[\])]/g;

/** Whether the engine would read too deep: it recurses, and a stack that is nearly full can end the whole process. */
function nestsTooDeep(source: string): boolean {
  let blocks = 0;
  let brackets = 0;
  for (const [text, end] of source.matchAll(BLOCKS)) {
    if (text === '[' || text === '(') brackets++;
    else if (text === ']' || text === ')') brackets = Math.max(0, brackets - 1);
    else brackets = 0;
    if (text.length > 2) blocks = end ? Math.max(0, blocks - 1) : blocks + 1;
    if (blocks > NESTING_MAX || brackets > NESTING_MAX) return true;
  }
  return false;
}

function parseProblem(error: unknown, place: Place) {
  const said =
    error instanceof Error ? error.message.split('\n')[0]!.replace(/, (?:file|line):.*$/, '') : String(error);
  const [line, column] = LiquidError.is(error) ? error.token.getPosition() : [place.line, place.column];
  const at = { file: place.file, line, column };
  const tag = /^tag "(.*)" not found$/.exec(said)?.[1];
  if (tag) return problem('template-tag', `There is no tag "${tag}" in templates`, `Use one of ${TAGS.join(', ')}`, at);
  const filter = /^undefined filter: (.*)$/.exec(said)?.[1];
  if (filter) {
    return problem(
      'template-filter',
      `There is no filter "${filter}" in templates`,
      `Use one of ${FILTERS.join(', ')}`,
      at,
    );
  }
  return problem(
    'template-syntax',
    `The template cannot be read: ${said}`,
    'Compare with the Liquid examples in docs',
    at,
  );
}

/** Stands for "empty on purpose": what `default: ""` gives. */
const EMPTY_ON_PURPOSE = '\ue004';

function newEngine(): Liquid {
  const engine = new Liquid({
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    templates: {},
    parseLimit: SOURCE_MAX * 2,
    renderLimit: RENDER_MS_MAX,
    memoryLimit: MEMORY_MAX,
    outputEscape: echo,
  });
  for (const tag of Object.keys(engine.tags)) if (!TAGS.includes(tag)) delete engine.tags[tag];
  for (const filter of Object.keys(engine.filters)) if (!FILTERS.includes(filter)) delete engine.filters[filter];
  engine.registerFilter('default', (value: unknown, fallback: unknown) => {
    const isEmpty = value === null || value === undefined || value === false || String(value).trim() === '';
    return isEmpty ? (fallback === '' ? EMPTY_ON_PURPOSE : fallback) : value;
  });
  return engine;
}

class EmptyOutput extends Error {}

/** Every `{{ ... }}` goes through here: nothing empty, nothing but text, and marked as an echoed value. */
function echo(value: unknown): string {
  if (Array.isArray(value)) return echo(value.map((item) => String(item ?? '')).join(', '));
  if (typeof value === 'object' && value !== null)
    throw new Error('a group of values cannot be printed; name one of them');
  const text = value === null || value === undefined ? '' : String(value);
  if (text.trim() === '') throw new EmptyOutput();
  return markValue(text.replaceAll(EMPTY_ON_PURPOSE, ''));
}

export interface RenderedTemplate {
  /** One line, or null where the template has none. */
  subject: string | null;
  /** Plain text, or escaped mrkdwn for the channel `slack`. */
  body: string;
  /** Escaped HTML; '' for the channel `slack`. */
  html: string;
}

/**
 * Renders under limits of time, memory and length. Throws EmptyVariable when something printed is empty (unless it went
 * through `default` or stands inside an `if` that tests it), TemplateFailure for everything else.
 */
export function renderTemplate(template: MessageTemplate, scope: object): RenderedTemplate {
  const subject = template.subject ? oneLine(toPlainText(renderPart(template, template.subject, scope))) : null;
  const marked = renderPart(template, template.body, scope);
  const isSlack = template.channel === 'slack';
  const body = isSlack ? toSlack(marked) : toPlainText(marked);
  if (body === '') throw new TemplateFailure(template, 'the message is empty');
  if (subject === '') throw new TemplateFailure(template, 'the subject is empty');
  return { subject, body, html: isSlack ? '' : textToHtml(marked) };
}

/** The body with its values still marked (`segmentsOf`), for what is no message. Throws like `renderTemplate`. */
export function renderMarked(template: MessageTemplate, scope: object): string {
  return renderPart(template, template.body, scope);
}

function renderPart(template: MessageTemplate, part: Template[], scope: object): string {
  let out: unknown;
  try {
    out = template.engine.renderSync(part, scope);
  } catch (error) {
    throw typed(template, error);
  }
  const text = String(out);
  if (text.length > OUTPUT_MAX)
    throw new TemplateFailure(template, `the message is longer than ${OUTPUT_MAX} characters`);
  return text;
}

function typed(template: MessageTemplate, error: unknown): EmptyVariable | TemplateFailure {
  const original = LiquidError.is(error) ? (error.originalError ?? error) : error;
  if (original instanceof EmptyOutput && LiquidError.is(error)) {
    const output = error.token.getText().replace(/^\{\{-?\s*|\s*-?\}\}$/g, '');
    return new EmptyVariable(template, output.split('|')[0]!.trim());
  }
  const undefinedName = (original as { variableName?: unknown } | null)?.variableName;
  if (typeof undefinedName === 'string') return new EmptyVariable(template, undefinedName);
  return new TemplateFailure(template, original instanceof Error ? original.message.split('\n')[0]! : String(original));
}
