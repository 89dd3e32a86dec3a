// How an organization would be matched if a ticket named it so: `usher match` and whoever asks from a chat.

import type { Match } from '../match-result.js';
import type { MatchIndex } from './index-lists.js';
import { matchOrganization } from './match.js';

export interface AskedMatch {
  name: string;
  domain?: string;
  email?: string;
}

/** The name is taken as the help desk's organization record has it; the mail as sent by an unquestioned sender. */
export function matchAsked(asked: AskedMatch, index: MatchIndex): Match {
  const email = asked.email ?? (asked.domain ? `somebody@${asked.domain}` : '');
  return matchOrganization(
    {
      organization: asked.name.trim() === '' ? null : { id: '', name: asked.name, domains: [] },
      requester: { email, name: '' },
      authentication: { spf: 'unknown', dkim: 'unknown', dmarc: 'unknown' },
      claims: [],
    },
    index,
  );
}
