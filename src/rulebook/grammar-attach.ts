// The shape of the step `attach`.
import { z } from 'zod';
import { FILE_KINDS } from '../core/file-kind.js';
import { IMAGE_BYTES_MAX } from '../core/image-files.js';
import { nameShape } from './grammar.js';
import { pathShape } from './grammar-http.js';

export const attachShape = z
  .strictObject({
    from: nameShape.meta({ description: 'An endpoint of rules/directory.yaml' }),
    path: pathShape,
    name: nameShape.meta({ description: 'Of the step and of the file, without ending' }),
    types: z
      .array(z.enum(FILE_KINDS))
      .min(1)
      .default(['png', 'dxf'])
      .meta({ description: 'What it may be by content' }),
    bytesMost: z.number().int().min(1).max(IMAGE_BYTES_MAX).default(IMAGE_BYTES_MAX),
  })
  .meta({ description: 'Fetch this file and attach it to the reply or note before it' });
