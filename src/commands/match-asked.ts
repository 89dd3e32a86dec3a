// `usher match`: how an organization would be matched if a ticket named it so.
import type { MatchIndex } from '../core/match/index-lists.js';
import { matchOrganization } from '../core/match/match.js';
import type { Match } from '../core/match-result.js';
import type { Programme, Rulebook } from '../core/rulebook.js';
import { ProblemError, problem } from '../problem.js';

export interface AskedMatch {
  name: string;
  domain?: string;
  email?: string;
  /** Whose lists are looked in; may be left out while one programme is active. */
  programme?: string;
}

/** The programme that is asked. Throws ProblemError when it is not active, or when several are and none is named. */
export function programmeAsked(name: string | undefined, { programmes }: Rulebook): Programme {
  const asked = programmes.find((p) => p.name === name);
  if (asked) return asked;
  if (name === undefined && programmes.length === 1) return programmes[0]!;
  const message =
    name === undefined
      ? 'Several programmes are active, each with lists of its own'
      : `No programme "${name}" is active`;
  const fix = `Name one of ${programmes.map((p) => p.name).join(', ')} with --programme`;
  throw new ProblemError(problem('match-programme', message, fix));
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
