// What the audit chain speaks of: for each kind of row, what of it is kept for good and what retention may erase.

/** A table whose rows are numbered in the order in which they are written. SQL over one row `r`. */
export interface NumberedSource {
  kind: 'decision' | 'write' | 'settlement';
  table: string;
  /** What is never erased, as jsonb; its text is the same on every PostgreSQL. `at` is in seconds since 1970. */
  record: string;
  /** What retention erases, as jsonb. */
  contents: string;
  /** The row is to be sealed as it stands. */
  isReady: string;
  /** A row that is ready never changes again. */
  isFinal: string;
  /** Retention has been here; a row that is gone may be erased too. */
  isErased: string;
  /** Left out of the chain for good. */
  isLeftOut: string;
}

export const NUMBERED: NumberedSource[] = [
  {
    kind: 'decision',
    table: 'usher.decisions',
    record: `jsonb_build_object('case', r.case_id, 'episode', r.episode, 'trigger', r.trigger, 'at', extract(epoch from r.at),
      'knowledge', r.knowledge, 'decided', jsonb_build_array(r.triage #> '{decision,kind}', r.triage #> '{decision,programme}',
        r.triage #> '{decision,rule}', r.triage #> '{decision,outcome}'))`,
    contents: 'jsonb_build_array(r.ticket, r.case_facts, r.triage)',
    isReady: 'true',
    isFinal: 'true',
    isErased: `r.ticket = 'null'::jsonb and r.triage is null`,
    isLeftOut: 'false',
  },
  {
    kind: 'write',
    table: 'usher.writes',
    record: `jsonb_build_object('case', r.case_id, 'decision', r.decision_id, 'episode', r.episode, 'target', r.target,
      'state', r.state, 'mark', r.mark, 'content', r.content_hash, 'receipt', r.receipt,
      'claimed', extract(epoch from r.claimed_at), 'at', extract(epoch from r.settled_at),
      'slots', (select jsonb_agg(s.slot order by s.number) from usher.steps s where s.write_id = r.id))`,
    contents:
      'jsonb_build_array(r.reason, (select jsonb_agg(s.effect order by s.number) from usher.steps s where s.write_id = r.id))',
    isReady: `r.state in ('done','dropped','refused','unsure')`,
    // What is refused or unsure, a person or a look at the far side may settle otherwise.
    isFinal: `r.state in ('done','dropped')`,
    isErased: 'r.reason is null',
    isLeftOut: 'false',
  },
  {
    kind: 'settlement',
    table: 'usher.timeline',
    record: `jsonb_build_object('case', r.case_id, 'at', extract(epoch from r.at), 'what', r.kind)`,
    contents: 'to_jsonb(r.text)',
    isReady: `r.kind in ('settled','resumed','corrected','steered')`,
    isFinal: 'true',
    isErased: 'false',
    isLeftOut: `r.kind not in ('settled','resumed','corrected','steered')`,
  },
];

/** What is published under its hash, once. */
export interface PublishedSource {
  kind: 'publication' | 'snapshot';
  table: string;
  id: string;
  record: string;
  contents: string;
  isReady: string;
  /** A row may be gone: waiting and old versions of lists are not kept for ever. */
  mayGo: boolean;
}

export const PUBLISHED: PublishedSource[] = [
  {
    kind: 'publication',
    table: 'usher.published',
    id: `r.kind || ':' || r.hash`,
    record: `jsonb_build_object('what', r.kind, 'hash', r.hash, 'at', extract(epoch from r.at))`,
    contents: 'r.content',
    isReady: 'true',
    mayGo: false,
  },
  {
    kind: 'snapshot',
    table: 'usher.snapshots',
    id: `r.list || ':' || r.hash`,
    record: `jsonb_build_object('list', r.list, 'hash', r.hash)`,
    contents: 'r.snapshot',
    isReady: `r.state <> 'waiting'`,
    mayGo: true,
  },
];

/** What is decided by now: the active rules, and of each list the live version. Rows of `id` and `hash`. */
export const IN_USE = `select 'rules' as id, value #>> '{}' as hash from usher.meta where key = 'rules-active'
  union all select 'list:' || list, hash from usher.snapshots where state = 'live'`;

/** Of a jsonb, hashed where it is: the contents need not travel. */
export const sha256Of = (jsonb: string): string => `encode(sha256(convert_to((${jsonb})::text, 'UTF8')), 'hex')`;
