// The step `attach`: a file of an endpoint of the directory that goes with the comment before it.
import type { FileKind } from './file-kind.js';

/** As a rule writes it: `path` is a template below the endpoint's address. Rendered, it is the path itself. */
export interface AttachSpec {
  type: 'attach';
  /** Name of an endpoint of the directory: no template decides a host. */
  from: string;
  path: string;
  /** Names the step and the file, without an ending: that is the one of its real kind. */
  name: string;
  types: FileKind[];
  bytesMost: number;
}
