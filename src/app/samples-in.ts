// What a rulebook still holds that was only meant as an example: live mode on a real help desk refuses it.
import { join } from 'node:path';
import type { Rulebook } from '../core/rulebook.js';
import { type Problem, problem } from '../problem.js';

/** Live on a real help desk: nothing that was only meant as an example may go out. */
export function samplesIn({ directory, programmes }: Rulebook, rulesDir: string): Problem[] {
  const problems: Problem[] = [];
  if (directory.sample)
    problems.push(
      problem(
        'sample-directory',
        'The directory is still marked sample: true',
        'Put your own people in and remove the line',
        { file: join(rulesDir, 'directory.yaml') },
      ),
    );
  for (const template of programmes.flatMap((p) => Object.values(p.templates)))
    if (template.draft)
      problems.push(
        problem(
          'draft-template',
          `The template ${template.name} is still a draft`,
          'Put in the approved text and remove draft: true',
          { file: template.file },
        ),
      );
  return problems;
}
