// Plays a system that sends events: one request to Usher's own address, as the declared source would send it.

export interface SampleRequest {
  url: string;
  method: 'POST' | 'GET';
  /** JSON; null for a GET. */
  body: string | null;
  headers: Record<string, string>;
}

/** Answers the status. Throws when nobody answers. */
export async function sendEvent({ url, method, body, headers }: SampleRequest): Promise<number> {
  const answer = await fetch(url, { method, body, headers, redirect: 'error', signal: AbortSignal.timeout(10_000) });
  await answer.arrayBuffer();
  return answer.status;
}
