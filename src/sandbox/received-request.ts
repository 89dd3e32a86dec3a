// A request as a sandbox server received it, for tests to look at.

export interface ReceivedRequest {
  method: string;
  /** Path with query, `.json` left as sent. */
  path: string;
  body: string;
  /** Header names in lower case; Authorization left out. */
  headers: Record<string, string>;
}
