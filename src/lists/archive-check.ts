// Says whether bytes are an .xlsx workbook that is safe to parse, judging by content and by what it really unpacks to.
import { type Problem, problem, visible } from '../problem.js';
import { readDirectory, readEntry, type ZipEntry, ZipError } from './zip.js';

/**
 * What a workbook may weigh. Whole years of monthly sheets with comments and pictures stay below 1,000 parts; as only
 * five of them are ever parsed, the number itself costs nothing.
 */
export const archiveLimits = {
  fileBytes: 10 * 1024 * 1024,
  totalBytes: 100 * 1024 * 1024,
  entryBytes: 50 * 1024 * 1024,
  /** Unpacked to packed; counted from 1 MB on, as short repetitive sheets pack better than that. */
  ratio: 200,
  ratioFromBytes: 1024 * 1024,
  entries: 1000,
};

export type ArchiveCheck = { kind: 'ok'; parts: Map<string, Buffer> } | { kind: 'failed'; problems: Problem[] };

const oleHeader = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const zipHeader = Buffer.from('504b0304', 'hex');

/** Checks the archive and gives its XML parts by name, unpacked. Every refusal is a Problem; nothing is thrown. */
export function checkArchive(bytes: Buffer, name: string): ArchiveCheck {
  const foreign = notAZip(bytes, name);
  if (foreign) return { kind: 'failed', problems: [foreign] };
  try {
    const entries = readDirectory(bytes, archiveLimits.entries);
    const refused = refusedEntries(entries, name) ?? notAWorkbook(entries, name);
    if (refused) return { kind: 'failed', problems: [refused] };
    return unpack(bytes, entries, name);
  } catch (error) {
    if (error instanceof ZipError) return { kind: 'failed', problems: [zipProblem(error, name)] };
    throw error;
  }
}

function notAZip(bytes: Buffer, name: string): Problem | null {
  const saveAgain = 'save it in Excel as "Excel Workbook (.xlsx)"';
  if (bytes.length > archiveLimits.fileBytes) {
    return problem(
      'list-too-large',
      `${name} has ${mega(bytes.length)} MB, at most ${mega(archiveLimits.fileBytes)} are read`,
      'remove pictures, old sheets and formatting of empty rows',
    );
  }
  if (bytes.length === 0) return torn(name, 'it is empty');
  if (bytes.subarray(0, 8).equals(oleHeader)) {
    const encrypted = bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'));
    return encrypted
      ? problem(
          'list-encrypted',
          `${name} is protected by a password`,
          'remove the password (File, Info, Protect Workbook)',
        )
      : problem('list-old-format', `${name} is an Excel 97-2003 workbook (.xls), whatever its name says`, saveAgain);
  }
  if (bytes.subarray(0, 4).equals(zipHeader)) return null;
  const start = bytes
    .subarray(0, 512)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (start.startsWith('<'))
    return problem(
      'list-html',
      `${name} is a web page or XML text with a spreadsheet's name`,
      `open it and ${saveAgain}; a sign-in page means that the download failed`,
    );
  if (/^\0+$/.test(start)) return torn(name, 'it holds nothing but zeros');
  return problem('list-not-xlsx', `${name} is not an .xlsx workbook`, saveAgain);
}

function refusedEntries(entries: ZipEntry[], name: string): Problem | null {
  const seen = new Set<string>();
  for (const entry of entries) {
    const part = visible(entry.name);
    const say = (code: string, what: string) =>
      problem(
        code,
        `${name}: part "${part}" ${what}`,
        'do not use this file before somebody knows where it comes from; a copy saved by Excel is accepted',
      );
    if (entry.flags & 0x2041) return say('list-encrypted', 'is encrypted');
    if (/^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)|\0/i.test(entry.name))
      return say('list-unsafe-part', 'has a name that leads out of the file');
    if (/\.(zip|xlsx|xlsm|xlsb|docx|pptx|jar|7z|rar|gz)$/i.test(entry.name))
      return say('list-nested-archive', 'is an archive or document inside the workbook');
    const folded = entry.name.toLowerCase();
    if (seen.has(folded)) return say('list-unsafe-part', 'stands there twice');
    seen.add(folded);
  }
  return null;
}

function notAWorkbook(entries: ZipEntry[], name: string): Problem | null {
  const names = new Set(entries.map((e) => e.name));
  const saveAgain = 'save it in Excel as "Excel Workbook (.xlsx)"';
  if (entries.some((e) => /vbaproject\.bin$/i.test(e.name)))
    return problem('list-macros', `${name} contains macros`, saveAgain);
  if (names.has('xl/workbook.bin'))
    return problem('list-old-format', `${name} is a binary workbook (.xlsb)`, saveAgain);
  if (names.has('content.xml') && names.has('mimetype'))
    return problem('list-not-xlsx', `${name} is an OpenDocument file`, saveAgain);
  for (const needed of ['[Content_Types].xml', 'xl/workbook.xml', 'xl/_rels/workbook.xml.rels']) {
    if (!names.has(needed))
      return problem('list-not-xlsx', `${name} is not a complete workbook: "${needed}" is missing`, saveAgain);
  }
  return null;
}

function unpack(bytes: Buffer, entries: ZipEntry[], name: string): ArchiveCheck {
  const parts = new Map<string, Buffer>();
  let total = 0;
  for (const entry of entries) {
    const byRatio = Math.max(archiveLimits.ratioFromBytes, entry.packedBytes * archiveLimits.ratio);
    const content = readEntry(
      bytes,
      entry,
      Math.min(archiveLimits.entryBytes, archiveLimits.totalBytes - total, byRatio),
    );
    total += content.length;
    if (!/\.(xml|rels)$/i.test(entry.name)) {
      if (content.subarray(0, 4).equals(zipHeader))
        return failedXml(
          'list-nested-archive',
          `${name}: part "${visible(entry.name)}" is an archive inside the workbook`,
        );
      continue;
    }
    const odd = oddXml(content);
    if (odd) return failedXml('list-unsafe-xml', `${name}: part "${visible(entry.name)}" ${odd}`);
    parts.set(entry.name, content);
  }
  const types = parts.get('[Content_Types].xml')?.toString('utf8') ?? '';
  if (/macroEnabled/i.test(types)) return failedXml('list-macros', `${name} is a workbook for macros`);
  return { kind: 'ok', parts };
}

/** What in an XML part Excel never writes and no reader should be trusted with; null when it is plain. */
function oddXml(content: Buffer): string | null {
  if (content[0] === 0xfe || content[0] === 0xff || content[1] === 0) return 'is not in UTF-8';
  const declared = /^(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']/.exec(
    content.subarray(0, 200).toString('latin1'),
  );
  if (declared && !/^(utf-?8|us-ascii)$/i.test(declared[1]!)) return `is in ${visible(declared[1]!)}, not in UTF-8`;
  if (content.includes('<!DOCTYPE') || content.includes('<!ENTITY')) return 'declares a document type';
  return null;
}

function failedXml(code: string, message: string): ArchiveCheck {
  return {
    kind: 'failed',
    problems: [problem(code, message, 'save a plain copy in Excel as "Excel Workbook (.xlsx)"')],
  };
}

function zipProblem(error: ZipError, name: string): Problem {
  if (error.kind === 'torn') return torn(name, error.message);
  if (error.kind === 'corrupt') return torn(name, error.message);
  if (error.kind === 'unsupported')
    return problem(
      'list-not-xlsx',
      `${name} cannot be read: ${visible(error.message)}`,
      'save it in Excel as "Excel Workbook (.xlsx)"',
    );
  return problem(
    'list-bomb',
    `${name} unpacks to more than is allowed: ${visible(error.message)}`,
    'save a copy with only the needed sheet; if nobody knows why it is so large, do not open it',
  );
}

function torn(name: string, why: string): Problem {
  return problem(
    'list-torn',
    `${name} is incomplete or damaged: ${visible(why)}`,
    'wait until it is saved or synchronized completely, or save it again',
    { family: 'network' },
  );
}

function mega(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
