// Who is who on the account: our own user, and the roles of others, remembered for a while.
import { z } from 'zod';
import { ProblemError, problem } from '../../../problem.js';
import { PAGE_SIZE, USERS_MAX_AGE_MS, type ZendeskOptions } from './options.js';
import { bodyOf, type Get, parse } from './read.js';
import { type UserAnswer, userAnswer } from './shapes.js';

export interface People {
  /** Our own user's id. Throws ProblemError when the login is not one of an agent. */
  botId(): Promise<string>;
  /** Users by id; ids that the account does not know are left out. `fresh` users come along with another answer. */
  users(ids: Iterable<string | null>, fresh?: UserAnswer[]): Promise<Map<string, UserAnswer>>;
}

export function people(get: Get, options: ZendeskOptions): People {
  const now = options.now ?? Date.now;
  const known = new Map<string, { user: UserAnswer; at: number }>();
  let own: string | undefined = options.botUserId;

  return {
    async botId() {
      if (own !== undefined) return own;
      const body = bodyOf(await get('/users/me'), '/users/me');
      // A login that is not accepted answers 200 with an anonymous user here, not 401.
      const me = z
        .object({ id: z.union([z.int(), z.string()]), role: z.enum(['agent', 'admin']) })
        .safeParse(body.user);
      if (!me.success) {
        throw new ProblemError(
          problem(
            'helpdesk-login',
            'Zendesk does not take our login for an agent',
            'Check ZENDESK_EMAIL and ZENDESK_API_TOKEN',
          ),
        );
      }
      own = String(me.data.id);
      return own;
    },

    async users(ids, fresh = []) {
      // What comes along is called partial by the vendor: without its fields of the account's own it is asked for again.
      for (const user of fresh) known.set(user.id, { user, at: user.user_fields ? now() : Number.NEGATIVE_INFINITY });
      const wanted = [...new Set([...ids].filter((id): id is string => id !== null && /^\d+$/.test(id)))];
      const asked = wanted.filter((id) => (known.get(id)?.at ?? Number.NEGATIVE_INFINITY) < now() - USERS_MAX_AGE_MS);
      for (let i = 0; i < asked.length; i += PAGE_SIZE) {
        const reply = await get('/users/show_many', { ids: asked.slice(i, i + PAGE_SIZE).join(',') });
        const list = parse(z.array(userAnswer), bodyOf(reply, '/users/show_many').users, '/users/show_many');
        for (const user of list) known.set(user.id, { user, at: now() });
      }
      return new Map(wanted.flatMap((id) => (known.has(id) ? [[id, known.get(id)!.user] as const] : [])));
    },
  };
}
