// How a Slack call failed, by a table of error words and by type (contract section 3); never by reading prose.
import { webApi } from '@slack/bolt';
import type { Lookup, Outcome } from '../../ports.js';
import { SlackNotReached, SlackRateLimited } from './careful-fetch.js';

/** A definite no: the message was not posted and will not be. */
const REFUSED = new Set([
  'account_inactive',
  'as_user_not_supported',
  'access_denied',
  'cannot_reply_to_message',
  'cant_update_message',
  'edit_window_closed',
  'message_not_found',
  'channel_not_found',
  'duplicate_channel_not_found',
  'duplicate_message_not_found',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'invalid_arg_name',
  'invalid_arguments',
  'invalid_array_arg',
  'invalid_auth',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_charset',
  'invalid_form_data',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'invalid_post_type',
  'is_archived',
  'is_inactive',
  'invalid_user_combination',
  'messages_tab_disabled',
  'missing_post_type',
  'missing_scope',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_permission',
  'no_text',
  'not_allowed_token_type',
  'not_authed',
  'not_in_channel',
  'org_login_required',
  'restricted_action',
  'restricted_action_non_threadable_channel',
  'restricted_action_read_only_channel',
  'restricted_action_thread_locked',
  'restricted_action_thread_only_channel',
  'team_access_not_granted',
  'team_not_found',
  'token_expired',
  'token_revoked',
  'too_many_attachments',
  'two_factor_setup_required',
  'user_disabled',
  'user_not_found',
  'user_not_visible',
]);
const RATE_LIMITED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
/** Slack's own error words are short and lower case; anything else is some other server's page. */
const ERROR_WORD = /^[a-z][a-z0-9_.-]{1,60}$/;

/** The outcome of a post that threw. `fatal_error`, `internal_error`, 5xx, resets and words we do not know are unknown. */
export function classifyFailure(error: unknown): Outcome {
  if (error instanceof webApi.WebAPIPlatformError) {
    const word = errorWord(error);
    if (word === null) return { kind: 'unknown', reason: 'an answer that is not from the API' };
    if (REFUSED.has(word)) return { kind: 'refused', code: word, reason: `Slack says ${word}` };
    if (RATE_LIMITED.has(word)) {
      const seconds = error.data.response_metadata?.retryAfter;
      return {
        kind: 'not-sent',
        code: word,
        reason: `Slack says ${word}`,
        retryAfterMs: seconds ? seconds * 1000 : undefined,
      };
    }
    return { kind: 'unknown', reason: `Slack says ${word}` };
  }
  if (error instanceof webApi.WebAPIHTTPError) return { kind: 'unknown', reason: `status ${error.statusCode}` };
  if (error instanceof webApi.WebAPIRequestError) {
    const { original } = error;
    if (original instanceof SlackRateLimited) {
      return { kind: 'not-sent', code: 'ratelimited', reason: 'status 429', retryAfterMs: original.retryAfterMs };
    }
    if (original instanceof SlackNotReached) return { kind: 'not-sent', code: original.code, reason: original.message };
    return { kind: 'unknown', reason: `connection: ${causeCode(original)}` };
  }
  return { kind: 'unknown', reason: causeCode(error) };
}

/** Looking failed: nobody can tell from here. */
export function lookupFailure(error: unknown): Lookup {
  const outcome = classifyFailure(error);
  return { kind: 'cannot-tell', reason: 'reason' in outcome ? outcome.reason : outcome.kind };
}

function errorWord(error: { data: { error: unknown } }): string | null {
  const word = error.data.error;
  return typeof word === 'string' && ERROR_WORD.test(word) ? word : null;
}

/** fetch hides the network's code in `cause`; several tried addresses come as an AggregateError with one code. */
function causeCode(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return error instanceof Error ? error.name : 'failed';
}
