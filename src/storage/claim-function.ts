// The claim of a write as a function in the database: it locks, counts and claims in one way to it, each part on what is committed by then.

/**
 * `usher.claim_write(case, fence, owner, write, claim, caps)`: null when the lease is lost, else what was counted and whether it was
 * claimed. A statement sees what was committed when it began: counting has to begin after the locks, and each statement
 * of a volatile function begins anew. The lease is prolonged with the claim. Never change this text; a later release replaces the function.
 */
export const CLAIM_WRITE = `
create function usher.claim_write(p_case text, p_fence bigint, p_owner text, p_write bigint, p_claim jsonb, p_caps jsonb)
returns jsonb language plpgsql volatile as $$
declare counted jsonb;
begin
  -- One counter at a time, or two claims at once would both see room for one; and two cases of one organization claim one after the other.
  if p_claim ->> 'handoffKey' is not null then perform pg_advisory_xact_lock(7202602, hashtext(p_claim ->> 'handoffKey')); end if;
  if p_claim ->> 'requester' is not null then perform pg_advisory_xact_lock(7202601); end if;
  with held as materialized (select id from usher.cases where id = p_case and fence = p_fence and lease_owner = p_owner for update),
  mine as materialized (select w.id, w.case_id, w.message_id, w.to_customer from usher.writes w, held where w.id = p_write and w.state = 'planned'),
  n as materialized (select
    exists (select 1 from usher.meta m join usher.cases c on c.id = mine.case_id
      where m.key = 'pause:*' or m.key = 'pause:' || c.programme) as paused,
    exists (select 1 from usher.writes w where w.handoff_key = p_claim ->> 'handoffKey' and w.case_id <> mine.case_id
      and w.state in ('claimed','done','unsure') and w.claimed_at > now() - interval '30 days') as handed_off,
    (select value ->> 'reason' from usher.meta where key = 'breaker') as breaker,
    -- A mail or post that a backup knew as planned may have gone out between the backup and its restore; tickets are looked at anyway.
    exists (select 1 from usher.writes w, usher.meta m where w.id = mine.id and m.key = 'restored'
      and w.target <> 'ticket' and w.mark is null and w.planned_at < m.at) as maybe_sent,
    mine.to_customer and exists (select 1 from usher.writes w where w.case_id = mine.case_id and w.to_customer and w.id <> mine.id
      and w.message_id is not distinct from mine.message_id and w.state in ('claimed','done','unsure')) as answered,
    case when mine.to_customer then (select count(*) from (select 1 from usher.writes w where w.to_customer and (w.state in ('claimed','done','unsure') or w.sends > 0)
      and w.requester = p_claim ->> 'requester' and w.claimed_at > now() - interval '1 day' limit (p_caps ->> 'repliesPerRequesterDay')::int) w) else 0 end::int as day,
    case when mine.to_customer then (select count(*) from (select 1 from usher.writes w where w.to_customer and (w.state in ('claimed','done','unsure') or w.sends > 0)
      and w.requester_domain = p_claim ->> 'requesterDomain' and w.claimed_at > now() - interval '1 hour' limit (p_caps ->> 'repliesPerDomainHour')::int) w) else 0 end::int as hour,
    case when mine.to_customer then (select count(*) from (select 1 from usher.writes w where w.to_customer and (w.state in ('claimed','done','unsure') or w.sends > 0)
      and w.claimed_at > now() - interval '1 minute' limit (p_caps ->> 'repliesPerMinute')::int) w) else 0 end::int as minute,
    case when mine.to_customer then (select count(*) from (select 1 from usher.writes w where w.to_customer and (w.state in ('claimed','done','unsure') or w.sends > 0)
      and w.claimed_at > greatest(now() - interval '10 minutes', (select at from usher.meta where key = 'breaker-reset'))
      -- The newest first: by the index, however far back the planner takes the reset to be.
      order by w.claimed_at desc limit (p_caps ->> 'breakerPerTenMinutes')::int) w) else 0 end::int as ten
    from mine),
  claimed as (update usher.writes w set state = 'claimed', mark = p_claim ->> 'mark', content_hash = p_claim ->> 'contentHash', version = p_claim ->> 'version', thread = p_claim -> 'thread',
      handoff_key = p_claim ->> 'handoffKey', requester = p_claim ->> 'requester', requester_domain = p_claim ->> 'requesterDomain', not_before = null,
      claimed_at = case when n.maybe_sent then w.planned_at else now() end, attempts = 0, sends = case when n.maybe_sent then 1 else 0 end,
      lookups = 0, at_dot = false, not_sent = false, reason = null
    from n where w.id = p_write and w.state = 'planned' and not n.paused and not n.handed_off and n.breaker is null and not n.answered
      and n.day < (p_caps ->> 'repliesPerRequesterDay')::int and n.hour < (p_caps ->> 'repliesPerDomainHour')::int
      and n.minute < (p_caps ->> 'repliesPerMinute')::int and n.ten < (p_caps ->> 'breakerPerTenMinutes')::int returning w.id),
  prolonged as (update usher.cases c set lease_until = now() + (p_claim ->> 'leaseMs')::float8 * interval '1 millisecond',
      wake_at = case when c.wake_at < c.lease_until then c.wake_at else now() + (p_claim ->> 'leaseMs')::float8 * interval '1 millisecond' end
    from held where c.id = held.id)
  select coalesce(to_jsonb(n), '{}') || jsonb_build_object('claimed', exists (select 1 from claimed), 'planned', n.day is not null)
    into counted from held left join n on true;
  return counted;
end $$;
`;
