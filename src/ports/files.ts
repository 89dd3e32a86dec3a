// Files that are fetched from other systems and attached to a comment.

export interface FileCall {
  /** Name of an endpoint of the directory. */
  from: string;
  /** Begins with a slash. */
  path: string;
  /** More is not read. */
  bytesMost: number;
}

export type FetchedFile =
  | { kind: 'file'; content: Uint8Array }
  /** Not now: a lost connection, a 5xx, too many requests. */
  | { kind: 'later'; reason: string }
  /** Asking again changes nothing: it is not there, too large, or the answer leads elsewhere. */
  | { kind: 'no'; reason: string };

export interface Files {
  /** One GET with the endpoint's secret: https, its own address, no redirect, in bounded time. Never throws. */
  download(call: FileCall): Promise<FetchedFile>;
}

/** A file as the help desk is given it. */
export interface OutgoingFile {
  /** With its ending. */
  name: string;
  /** Media type. */
  type: string;
  content: Uint8Array;
}
