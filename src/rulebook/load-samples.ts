// Reads a programme's samples.yaml, which only the sandbox uses.
import { join } from 'node:path';
import type { Problem } from '../problem.js';
import { type SamplesYaml, samplesShape } from './grammar-samples.js';
import { readFolder, readRuleFile } from './rule-files.js';
import { fitShape } from './shape-problems.js';
import { parseYaml } from './yaml-file.js';

/** null where the programme brings none, or they cannot be read; the Problems say why. */
export async function loadSamples(
  rulesDir: string,
  programme: string,
): Promise<{ samples: SamplesYaml | null; problems: Problem[] }> {
  const folder = join(rulesDir, programme);
  const { names } = await readFolder(folder);
  if (!names?.includes('samples.yaml')) return { samples: null, problems: [] };
  const read = await readRuleFile(join(folder, 'samples.yaml'));
  if (read.text === null) return { samples: null, problems: read.problems };
  const { value, problems } = fitShape(parseYaml(read.text, read.file), samplesShape);
  return { samples: value, problems };
}
