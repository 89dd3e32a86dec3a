// The shape of rules/<programme>/intents.yaml.
import { z } from 'zod';
import { localeShape, nameShape, textShape, usherShape } from './grammar.js';

const weightShape = z.number().min(-10).max(10);
const weightsShape = z.record(textShape, weightShape);

const phraseShape = z.strictObject({
  text: textShape.meta({ description: 'Literal words; case, white space and punctuation do not matter' }),
  weight: weightShape.meta({ description: 'Added to the score once; negative speaks against' }),
  where: z.enum(['subject', 'body', 'both']).default('both'),
  locale: localeShape.optional().meta({ description: 'The language of the words, for readers of the file' }),
});

const intentShape = z.strictObject({
  threshold: z.number().positive().meta({ description: 'Score from which the intent is taken as given' }),
  unsure: z.number().positive().meta({ description: 'Score from which a person is asked' }),
  phrases: z.array(phraseShape).default([]),
  tags: weightsShape.default({}),
  fields: z.record(textShape, weightsShape).default({}).meta({ description: 'Field title, then value, then weight' }),
  channels: weightsShape.default({}),
});

export const intentsShape = z.strictObject({ usher: usherShape, intents: z.record(nameShape, intentShape) });
export type IntentsYaml = z.output<typeof intentsShape>;
