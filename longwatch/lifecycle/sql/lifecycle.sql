-- Legal hold, and erasing personal content in place. Audited rows are never deleted: what names people is blanked under a
-- new entry of the ledger, what opens older entries is erased, keys of evidence are destroyed. Only the functions here do
-- it, they refuse under a hold, and the walls of the tables let them do nothing else.

alter table lifecycle_hold enable row level security;
alter table lifecycle_hold force row level security;
drop policy if exists inside on lifecycle_hold;
-- A hold on a record is known inside it; one that reaches further, to those who decide on holds and disposals.
create policy inside on lifecycle_hold to longwatch_app
  using (org_id = (select current_org())
         and (compartment_id = any ((select visible_compartments())::uuid[])
              or (compartment_id is null and (select has_role('{counsel,privacy}')))))
  with check (org_id = (select current_org()) and (select has_role('{counsel}'))
              and (compartment_id is null or compartment_id = any ((select own_compartments())::uuid[])));
drop policy if exists definer on lifecycle_hold;
create policy definer on lifecycle_hold for select to longwatch_search using (true);
call ledger_guard('lifecycle_hold');

-- A hold and whatever lets content go take turns within an organisation, so that no step is under way that looked for
-- holds before this one was there. Both take their turn before any other lock (longwatch.records.final).
create or replace function lifecycle_await_holds(organisation uuid) returns void language sql volatile as $$
  select pg_advisory_xact_lock_shared(hashtextextended('legal hold ' || organisation::text, 0))
$$;
create or replace function lifecycle_hold_turn() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('legal hold ' || new.org_id::text, 0));
  return new;
end $$;
drop trigger if exists lifecycle_hold_turn on lifecycle_hold;
create trigger lifecycle_hold_turn before insert on lifecycle_hold for each row execute function lifecycle_hold_turn();

alter table lifecycle_rule enable row level security;
alter table lifecycle_rule force row level security;
drop policy if exists inside on lifecycle_rule;
create policy inside on lifecycle_rule to longwatch_app
  using (org_id = (select current_org()))
  with check (org_id = (select current_org()) and (select has_role('{privacy}')));
drop policy if exists definer on lifecycle_rule;
create policy definer on lifecycle_rule for select to longwatch_search using (true);
call ledger_guard('lifecycle_rule');

-- A disposal holds no content, so privacy officers read and propose it without being inside the record, unless its
-- reporter named them.
alter table lifecycle_disposal enable row level security;
alter table lifecycle_disposal force row level security;
drop policy if exists inside on lifecycle_disposal;
create policy inside on lifecycle_disposal to longwatch_app
  using (org_id = (select current_org())
         and (compartment_id = any ((select visible_compartments())::uuid[]) or ((select has_role('{privacy}'))
              and compartment_id <> all ((select excluded_compartments())::uuid[]))))
  with check (org_id = (select current_org())
         and (compartment_id = any ((select own_compartments())::uuid[]) or ((select has_role('{privacy}'))
              and compartment_id <> all ((select excluded_compartments())::uuid[]))));
drop policy if exists definer on lifecycle_disposal;
create policy definer on lifecycle_disposal for select to longwatch_search using (true);
call ledger_guard('lifecycle_disposal');

-- Who proposed, what and why stays; a decision is taken once; each step follows the one before it. Only a privacy officer
-- takes it up, and in their own name.
create or replace function lifecycle_disposal_changes() returns trigger language plpgsql as $$
begin
  if (new.id, new.org_id, new.compartment_id, new.record_kind, new.record_id, new.code, new.outcome, new.basis, new.due_on,
      new.proposed_by_id, new.proposed_at, new.note)
     is distinct from
     (old.id, old.org_id, old.compartment_id, old.record_kind, old.record_id, old.code, old.outcome, old.basis, old.due_on,
      old.proposed_by_id, old.proposed_at, old.note)
     or to_jsonb(new) -> 'signals' is distinct from to_jsonb(old) -> 'signals'
     or (to_jsonb(new) -> 'sections' is distinct from to_jsonb(old) -> 'sections'
         and (old.decided_by_id is not null or not to_jsonb(new) -> 'sections' <@ to_jsonb(own_compartments())))
     or (to_jsonb(new) -> 'taken_up_by_id' is distinct from to_jsonb(old) -> 'taken_up_by_id'
         and (new.status <> old.status or new.status not in ('approved', 'running') or not has_role('{privacy}')
              or (to_jsonb(new) ->> 'taken_up_by_id')::uuid is distinct from current_account()))
     or (new.status = 'approved' and old.status = 'approved'
         and to_jsonb(new) - '{taken_up_by_id,version}'::text[] is distinct from to_jsonb(old) - '{taken_up_by_id,version}'::text[])
     or (to_jsonb(new) -> 'words' is distinct from to_jsonb(old) -> 'words' and to_jsonb(new) -> 'words' <> '[]')
     or (old.decided_by_id is not null and to_jsonb(new) -> 'spared' is distinct from to_jsonb(old) -> 'spared')
     or (old.decided_by_id is not null and (new.decided_by_id, new.decided_at, new.decision_reason)
         is distinct from (old.decided_by_id, old.decided_at, old.decision_reason))
     or not ((old.status, new.status) in (('proposed', 'approved'), ('proposed', 'kept'), ('approved', 'approved'),
             ('approved', 'running'), ('approved', 'stopped'), ('running', 'running'), ('running', 'done'), ('running', 'stopped'))) then
    raise exception 'a disposal is decided once, and carried out as it was decided' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists lifecycle_disposal_changes on lifecycle_disposal;
create trigger lifecycle_disposal_changes before update on lifecycle_disposal
  for each row execute function lifecycle_disposal_changes();

-- The helpers below have the rights of whoever calls them: inside the functions of this file they see all, by themselves
-- what their caller sees.

-- Words as people write them, as a whole, whatever their case and the spaces in them.
create or replace function lifecycle_pattern(words text[]) returns text language sql immutable as $$
  select '(?<![[:alnum:]])(' || string_agg(regexp_replace(regexp_replace(w, '([^[:alnum:][:space:]])', '\\\1', 'g'), '\s+', '\\s+', 'g'), '|' order by length(w) desc)
         || ')(?![[:alnum:]])'
    from unnest(words) w where length(btrim(w)) > 1
$$;

-- The texts in a value, wherever they stand in it, one a line; not what holds them together.
create or replace function lifecycle_texts(held jsonb) returns text language sql immutable as $$
  select string_agg(v #>> '{}', E'\n') from jsonb_path_query(held, 'strict $.**') as x (v) where jsonb_typeof(v) = 'string'
$$;

-- The words of a row, as its columns hold them.
create or replace function lifecycle_words(whole jsonb) returns text language sql immutable as $$
  select lifecycle_texts(whole - '{tsv,id,org_id,compartment_id,version}'::text[])
$$;

-- Whether what lies in a compartment is left alone when one person goes: it is a section inside a record, and not one
-- of those that the erasure reaches.
create or replace function lifecycle_is_apart(place uuid, reached uuid[]) returns boolean language sql stable as $$
  select exists (select from access_compartment c where c.id = place and c.section not in ('', 'core') and c.id <> all (reached))
$$;

-- Where a row lies.
create or replace function lifecycle_place_of(whole jsonb) returns uuid language sql immutable as $$
  select coalesce(whole ->> 'compartment_id', whole ->> 'from_compartment_id')::uuid
$$;

-- A record and the signals that belong to it and to no other record whose content stays.
-- Of signals that never joined a record: those that were proposed, but for any that did since, or that came under a hold.
create or replace function lifecycle_parts(record uuid) returns uuid[] language plpgsql stable as $$
begin
  if exists (select from lifecycle_disposal d where d.id = record and d.record_kind = 'signal') then
    return (select array_agg(s.id) from lifecycle_disposal d join intake_signal s on s.id = any (d.signals)
             where d.id = record and s.status = 'dismissed' and lifecycle_is_alone(s.id) and not lifecycle_covers(s.id))
           -- And the bodies that were proposed with them; which of those are held, their place says.
           || (select array_agg(b.id) from lifecycle_disposal d join intake_delivery b on b.id = any (d.signals)
                where d.id = record and not lifecycle_body_is_held(b));
  end if;
  return (select array_agg(id) from (
    select record as id
    union
    select l.from_id from records_link l
     where l.to_id = record and l.kind = 'belongs' and l.from_kind = 'signal' and l.ended_at is null
       and not exists (select from records_link o
                        where o.from_id = l.from_id and o.kind = 'belongs' and o.to_id <> record and o.ended_at is null
                          and not exists (select from lifecycle_disposal d where d.record_id = o.to_id and d.status = 'done'
                                             and d.outcome <> 'person'))
  ) parts);
end $$;

create or replace function lifecycle_is_alone(signal uuid) returns boolean language sql stable as $$
  select not exists (select from records_link l where l.from_id = signal and l.kind = 'belongs' and l.ended_at is null)
$$;

create or replace function lifecycle_holds_all(organisation uuid) returns boolean language sql stable as $$
  select exists (select from lifecycle_hold h where h.org_id = organisation and h.released_at is null and h.scope = 'organisation')
$$;

-- Whether some hold covers a record: its own, one on what it belongs to or holds, one on somebody it names, one on all.
create or replace function lifecycle_covers(record uuid) returns boolean language plpgsql stable as $$
declare
  organisation uuid;
  near uuid[];
begin
  select org_id into organisation from (
    select c.org_id from cases_case c where c.id = record
    union all select i.org_id from incidents_incident i where i.id = record
    union all select s.org_id from intake_signal s where s.id = record
    union all select c.org_id from access_compartment c where c.id = record) found;
  -- Most organisations hold nothing most of the time.
  if not exists (select from lifecycle_hold h where h.org_id = organisation and h.released_at is null) then
    return false;
  end if;
  select array_agg(id) into near from (
    select unnest(lifecycle_parts(record)) as id
    union select l.to_id from records_link l where l.from_id = record and l.kind in ('belongs', 'handled_in', 'raised', 'parent') and l.ended_at is null
    union select l.from_id from records_link l where l.to_id = record and l.kind in ('belongs', 'handled_in', 'raised', 'parent') and l.ended_at is null
  ) around;
  return exists (
    select from lifecycle_hold h
     where h.org_id = organisation and h.released_at is null
       and (h.scope = 'organisation' or h.record_id = any (near)
            or (h.scope = 'entity'
                and (exists (select from access_compartment c where c.id = record
                               and lifecycle_spot_names(c.id, lifecycle_pattern(array[h.about::text])))
                     or exists (select from entities_mention m where m.record_id = any (near) and m.entity_id = h.entity_id)
                     or exists (select from intake_signal s where s.id = any (near) and s.entity_ids @> array[h.entity_id])))));
end $$;

-- Whether whoever asks reads a record, or may learn of it as a privacy officer whom no reporter named.
create or replace function lifecycle_known(record uuid) returns boolean language plpgsql stable as $$
begin
  return exists (
    select from (
      select c.org_id, c.compartment_id from cases_case c where c.id = record
      union all select i.org_id, i.compartment_id from incidents_incident i where i.id = record
      union all select s.org_id, s.compartment_id from intake_signal s where s.id = record
      union all select c.org_id, c.id from access_compartment c where c.id = record
      union all select b.org_id, b.compartment_id from intake_delivery b where b.id = record
      union all select d.org_id, d.compartment_id from lifecycle_disposal d where d.id = record and d.record_kind = 'signal') r
     where r.org_id = current_org()
       and (r.compartment_id = any (visible_compartments())
            or (has_role('{privacy}') and r.compartment_id <> all (excluded_compartments()))));
end $$;

-- Yes or no, and nothing of the hold: for whoever may see the record or decides on disposals; to others nothing is held.
create or replace function lifecycle_held(record uuid) returns boolean language sql stable security definer
  set search_path = public, pg_temp as $$ select lifecycle_known(record) and lifecycle_covers(record) $$;
alter function lifecycle_held(uuid) owner to longwatch_search;

-- Whether a row changes just as an erasure of this transaction says.
create or replace function lifecycle_erases(subject uuid, entry bigint) returns boolean language sql stable as $$
  select exists (select from ledger_entry e
                  where e.id = entry and e.subject_id = subject and e.action in ('erasure.performed', 'evidence.key_destroyed')
                    and e.transaction_id = pg_current_xact_id())
$$;

-- Where personal content lies: the table, which of its rows belong to a record ($1: it and its signals), and what its
-- columns become. `more` goes only when a record is disposed of; with `anonymise` it stays for statistics.
create or replace function lifecycle_places()
  returns table (step int, place text, belongs text, becomes text, more text, verb text, unsaid text[]) language sql stable as $$
  select * from (values
    (1, 'records_timeline_entry', 'record_id = any ($1)',
     $x$jsonb_build_object('text', '', 'occurred_at', lifecycle_day(t.occurred_at))$x$, '{}', 'erasure.performed', '{}'::text[]),
    (2, 'records_task', 'record_id = any ($1)', $x${"title": "(erased)", "resolution": ""}$x$, '{}', 'erasure.performed', '{}'),
    (3, 'records_link', 'from_id = any ($1) or to_id = any ($1)', $x${"reason": ""}$x$, '{}', 'erasure.performed', '{}'),
    (4, 'entities_mention', 'record_id = any ($1)',
     $x$jsonb_build_object('value', '', 'key', '', 'note', '', 'latitude', null, 'longitude', null, 'entity_id', gen_random_uuid())$x$,
     '{}', 'erasure.performed', '{}'),
    (5, 'evidence_exhibit', 'record_id = any ($1)',
     $x${"name": "(erased)", "note": "", "acquired_by": "", "acquired_where": "", "acquired_how": "", "acquired_tool": ""}$x$,
     '{}', 'erasure.performed', '{}'),
    (6, 'evidence_key', 'record_id = any ($1) and t.destroyed_at is null',
     $x$jsonb_build_object('wrapped', '\x', 'master', '', 'destroyed_at', $2->>'at', 'destroyed_label', $2->>'by',
                           'destruction_reason', $2->>'why')$x$,
     '{}', 'evidence.key_destroyed', '{wrapped,master}'),
    (7, 'cases_finding', 'case_id = any ($1)', $x${"text": "", "reasoning": ""}$x$, $x${"conclusion": ""}$x$, 'erasure.performed', '{}'),
    (8, 'cases_decision', 'case_id = any ($1)', $x${"what": "", "why": "", "alternatives": ""}$x$, '{}', 'erasure.performed', '{}'),
    (9, 'cases_closure_refusal', 'case_id = any ($1)', $x${"reasons": ""}$x$, '{}', 'erasure.performed', '{}'),
    (10, 'cases_publication', 'case_id = any ($1)', $x${"about": "", "text": ""}$x$, '{}', 'erasure.performed', '{}'),
    (11, 'cases_direction', 'case_id = any ($1)', $x${"matter": ""}$x$, '{}', 'erasure.performed', '{}'),
    (12, 'cases_privilege_note', 'case_id = any ($1)', $x${"description": ""}$x$, '{}', 'erasure.performed', '{}'),
    (13, 'cases_witness_key', 'case_id = any ($1)', $x${"name": "", "contact": ""}$x$, '{}', 'erasure.performed', '{}'),
    (14, 'incidents_notice', 'incident_id = any ($1)', $x${"about": "", "text": ""}$x$, '{}', 'erasure.performed', '{}'),
    (15, 'intake_message', 'thread_id in (select h.id from intake_thread h where h.signal_id = any ($1))', $x${"text": ""}$x$,
     '{}', 'erasure.performed', '{}'),
    (16, 'intake_identity', 'signal_id = any ($1)', $x${"sealed": "\\x"}$x$, '{}', 'erasure.performed', '{}'),
    (17, 'intake_disclosure', 'signal_id = any ($1)', $x${"motivation": "", "note": ""}$x$, '{}', 'erasure.performed', '{}'),
    (18, 'intake_signal', 'id = any ($1)',
     $x$jsonb_build_object('title', '(erased)', 'description', '', 'entities', '[]'::jsonb, 'entity_ids', '[]'::jsonb,
        'dedup_key', '\x' || encode(sha256(uuid_send(gen_random_uuid())), 'hex'), 'links', '[]'::jsonb, 'report', '{}'::jsonb,
        'dismiss_note', '', 'occurred_at', lifecycle_day(t.occurred_at))$x$,
     $x${"rule": "", "place": "", "latitude": null, "longitude": null, "tags": []}$x$, 'erasure.performed', '{}'),
    (19, 'incidents_incident', 'id = any ($1)',
     $x$jsonb_build_object('title', '(erased)', 'summary', '', 'severity_reason', '', 'next_action', '', 'closing_summary', '',
        'occurred_at', lifecycle_day(t.occurred_at), 'opened_at', lifecycle_day(t.opened_at), 'triage_at', lifecycle_day(t.triage_at),
        'active_at', lifecycle_day(t.active_at), 'stabilized_at', lifecycle_day(t.stabilized_at), 'closed_at', lifecycle_day(t.closed_at))$x$,
     $x${"place": "", "latitude": null, "longitude": null, "disposition": "", "case_answer": ""}$x$, 'erasure.performed', '{}'),
    (20, 'cases_case', 'id = any ($1)',
     $x$jsonb_build_object('title', '(erased)', 'summary', '', 'hold_reason', '', 'findings', '', 'root_cause', '', 'actions_taken', '',
        'residual_risk_rationale', '', 'remediation', '', 'lessons_learned', '', 'prevention', '', 'monitoring_trigger', '',
        'opened_at', lifecycle_day(t.opened_at), 'closed_at', lifecycle_day(t.closed_at))$x$,
     $x${"residual_risk": ""}$x$, 'erasure.performed', '{}'),
    (21, 'exchange_decision', 'record_id = any ($1)', $x${"reason": ""}$x$, '{}', 'erasure.performed', '{}'),
    -- Who received an export stays: they may have to be told that its subject is erased (GDPR art. 19).
    -- The bundle itself holds what goes: none is made any more, and no file is kept.
    (22, 'exchange_export', 'record_id = any ($1)',
     $x$jsonb_build_object('purpose', '', 'failure', '', 'expires_at', case when t.expires_at > ($2->>'at')::timestamptz then ($2->>'at')::timestamptz else t.expires_at end,
        'status', case t.status when 'queued' then 'cancelled' else t.status end,
        'finished_at', coalesce(t.finished_at, ($2->>'at')::timestamptz))$x$, '{}', 'erasure.performed', '{}'),
    (23, 'lifecycle_finding', 'record_id = any ($1)', $x${"extract": "", "note": ""}$x$, '{}', 'erasure.performed', '{}'),
    -- What rested on the record holds no more: nothing is merged by it.
    (24, 'entities_identity', 'record_id = any ($1)',
     $x$jsonb_build_object('value', '', 'into_value', '', 'reason', '', 'entity_id', gen_random_uuid(), 'into_id', gen_random_uuid(),
        'ended_at', coalesce(t.ended_at, ($2->>'at')::timestamptz))$x$, '{}', 'erasure.performed', '{}'),
    (25, 'entities_marking', 'record_id = any ($1)',
     $x$jsonb_build_object('value', '', 'reason', '', 'entity_id', gen_random_uuid(),
        'ended_at', coalesce(t.ended_at, ($2->>'at')::timestamptz))$x$, '{}', 'erasure.performed', '{}'),
    (26, 'enrichment_analysis', 'record_id = any ($1)',
     $x${"value": "", "key": "", "error": "", "summary": [], "artifacts": [], "report": "", "report_sha256": ""}$x$,
     '{}', 'erasure.performed', '{report}'),
    -- What a compartment holds outside its records: $1 may name it. Bodies go with what they brought, too, and by age.
    (27, 'intake_delivery',
     $x$octet_length(t.raw) > 0 and (t.id = any ($1) or t.compartment_id = any ($1) or t.operation_id in (
          select e.operation_id from intake_occurrence o join ledger_entry e on e.id = o.entry_id where o.signal_id = any ($1)))
        and t.operation_id <> all ((select lifecycle_held_operations((select current_org())))::uuid[])
        and not lifecycle_body_is_held(t)$x$,
     $x${"raw": "\\x", "reason": "", "state": "gone"}$x$, '{}', 'erasure.performed', '{raw}'),
    (28, 'grouping_verdict',
     $x$(t.compartment_id = any ($1) or t.signal_ids && $1
         or t.group_id in (select m.group_id from grouping_member m where m.signal_id = any ($1)))
        and t.note <> '' and not exists (
          select from unnest((select lifecycle_held_signals((select current_org())))::uuid[]) as h (id)
           where h.id = any (t.signal_ids)
              or exists (select from grouping_member m where m.group_id = t.group_id and m.signal_id = h.id))$x$,
     $x${"note": ""}$x$, '{}', 'erasure.performed', '{}'),
    (29, 'intake_mapping', 'compartment_id = any ($1)', $x${"text": "", "title": "", "note": ""}$x$, '{}', 'erasure.performed', '{}'),
    (30, 'enrichment_item', 'compartment_id = any ($1)',
     $x$jsonb_build_object('name', '(erased) ' || right(t.id::text, 8), 'identifiers', '[]'::jsonb, 'owner', '', 'manager', '', 'site', '',
        'note', '', 'removed_at', coalesce(t.removed_at, ($2->>'at')::timestamptz))$x$, '{}', 'erasure.performed', '{}'),
    (31, 'enrichment_watchlist', 'compartment_id = any ($1)', $x${"name": "", "reason": "", "owner": ""}$x$, '{}', 'erasure.performed', '{}'),
    (32, 'enrichment_watch_entry', 'compartment_id = any ($1)',
     $x$jsonb_build_object('value', '(erased)', 'key', 'erased:' || t.id, 'removed_at', coalesce(t.removed_at, ($2->>'at')::timestamptz))$x$,
     '{}', 'erasure.performed', '{}'),
    -- A rule that names somebody means nothing without them: it ends.
    (33, 'grouping_rule', 'compartment_id = any ($1)', $x${"name": "", "conditions": [], "enabled": false}$x$, '{}', 'erasure.performed', '{}'),
    (34, 'grouping_lesson', 'compartment_id = any ($1)',
     $x$jsonb_build_object('label', '', 'reason', '', 'entity_id', gen_random_uuid(),
        'ended_at', coalesce(t.ended_at, ($2->>'at')::timestamptz))$x$, '{}', 'erasure.performed', '{}'),
    (35, 'intake_suppression', 'compartment_id = any ($1)',
     $x$jsonb_build_object('name', '', 'reason', '', 'conditions', '[]'::jsonb,
        'ended_at', coalesce(t.ended_at, ($2->>'at')::timestamptz))$x$, '{}', 'erasure.performed', '{}'),
    (36, 'cases_criterion', 'compartment_id = any ($1)', $x${"name": "", "reason": "", "conditions": [], "enabled": false}$x$, '{}', 'erasure.performed', '{}')
  ) as places (step, place, belongs, becomes, more, verb, unsaid)
$$;

-- The places that lie outside records, in compartments of their own.
create or replace function lifecycle_standing() returns text[] language sql immutable as $$
  select '{intake_delivery,grouping_verdict,intake_mapping,enrichment_item,enrichment_watchlist,enrichment_watch_entry,grouping_rule,grouping_lesson,intake_suppression,cases_criterion}'::text[]
$$;

-- The words of bytes; of bytes that are no text, those that can be told.
create or replace function lifecycle_bytes(held bytea) returns text language plpgsql immutable as $$
begin
  return convert_from(held, 'UTF8');
exception when others then
  return encode(held, 'escape');
end $$;

-- A kept body under a hold: one on everything, or one on whoever it names. One that brought no signal has only its words.
create or replace function lifecycle_body_is_held(body intake_delivery) returns boolean language sql stable as $$
  select lifecycle_holds_all(body.org_id)
      or exists (select from lifecycle_hold h
                  where h.org_id = body.org_id and h.released_at is null and h.scope = 'entity'
                    and body.reason || chr(10) || lifecycle_bytes(body.raw) ~* lifecycle_pattern(array[h.about::text]))
$$;

-- How the words of a row of a place are read.
create or replace function lifecycle_heard(place text) returns text language sql immutable as $$
  select case place when 'intake_delivery' then '(t.reason || chr(10) || lifecycle_bytes(t.raw))' else 'lifecycle_words(to_jsonb(t))' end
$$;

-- What a compartment holds outside its records names somebody.
create or replace function lifecycle_spot_names(spot uuid, pattern text) returns boolean language plpgsql stable as $$
declare
  place text;
  named boolean := false;
begin
  foreach place in array lifecycle_standing() loop
    exit when named;
    execute format('select exists (select from %I t where t.compartment_id = $1 and %s ~* $2)', place, lifecycle_heard(place))
      into named using spot, pattern;
  end loop;
  return named;
end $$;

-- The signals of an organisation that holds on records, people and things cover, and what brought them.
create or replace function lifecycle_held_signals(organisation uuid) returns uuid[] language sql stable as $$
  select coalesce(array_agg(distinct s.id), '{}') from intake_signal s
   where s.id in (
     select unnest(lifecycle_parts(h.record_id)) from lifecycle_hold h
      where h.org_id = organisation and h.released_at is null and h.scope = 'record'
     union all
     select unnest(lifecycle_parts(m.record_id)) from lifecycle_hold h join entities_mention m on m.entity_id = h.entity_id
      where h.org_id = organisation and h.released_at is null and h.scope = 'entity'
     union all
     select n.id from lifecycle_hold h join intake_signal n on n.org_id = h.org_id and n.entity_ids @> array[h.entity_id]
      where h.org_id = organisation and h.released_at is null and h.scope = 'entity')
$$;

create or replace function lifecycle_held_operations(organisation uuid) returns uuid[] language sql stable as $$
  select coalesce(array_agg(distinct e.operation_id), '{}')
    from unnest(lifecycle_held_signals(organisation)) as held (id)
    join intake_occurrence o on o.signal_id = held.id join ledger_entry e on e.id = o.entry_id
$$;

-- The day of a moment, which statistics need; the hour may name somebody.
create or replace function lifecycle_day(moment timestamptz) returns timestamptz language sql immutable as $$
  select date_trunc('day', moment at time zone 'utc') at time zone 'utc'
$$;

-- What an entry about a row commits to, as longwatch.ledger.writing.row_content says it.
create or replace function lifecycle_content(place text, whole jsonb, unsaid text[]) returns jsonb language plpgsql stable as $$
declare
  col record;
begin
  whole := whole - 'version' - unsaid;
  for col in select a.attname::text as name, a.atttypid::regtype::text as sort, a.attgenerated <> '' as made,
                    col_description(a.attrelid, a.attnum) = 'outside the ledger' as outside
               from pg_attribute a where a.attrelid = place::regclass and a.attnum > 0 and not a.attisdropped loop
    if col.made or col.outside then
      whole := whole - col.name;
    elsif whole ->> col.name is null then
      continue;
    elsif col.sort = 'timestamp with time zone' then
      whole := whole || jsonb_build_object(col.name, ledger_moment((whole ->> col.name)::timestamptz));
    elsif col.sort = 'bytea' then
      whole := whole || jsonb_build_object(col.name, encode((whole ->> col.name)::bytea, 'hex'));
    end if;
  end loop;
  return whole;
end $$;

-- The disposal that a step belongs to, and the entry that this very transaction appended about it: by whoever is asking,
-- who is a privacy officer; approved by somebody else; and nothing holds the record.
create or replace function lifecycle_step(disposal uuid, event text, out d lifecycle_disposal, out cause ledger_entry)
  language plpgsql volatile as $$
begin
  select * into d from lifecycle_disposal x where x.id = disposal;
  -- Volatile, so that what follows sees a hold that this waited for.
  perform lifecycle_await_holds(d.org_id);
  select * into cause from ledger_entry e
   where e.subject_id = disposal and e.id = d.version and e.action = event and e.transaction_id = pg_current_xact_id()
     and e.actor_id = current_account();
  if cause.id is null or d.status <> 'running' or d.decided_by_id is null or d.decided_by_id = d.proposed_by_id
     or d.org_id is distinct from current_org() or not has_role('{privacy}') or d.compartment_id = any (excluded_compartments()) then
    raise exception 'only an approved disposal is carried out here' using errcode = 'insufficient_privilege';
  end if;
  if lifecycle_covers(d.record_id) then
    raise exception 'under legal hold: nothing of it goes' using errcode = 'insufficient_privilege';
  end if;
end $$;

-- What the content columns of a row become without a person: the words are taken out of its texts, and what is only that
-- person is blanked as a whole. Nothing else changes: bytes, moments and numbers are no texts, whatever they look like.
create or replace function lifecycle_without(place text, whole jsonb, blank jsonb, pattern text) returns jsonb
  language plpgsql stable as $$
declare
  changed jsonb := '{}';
  k text;
  struck jsonb;
begin
  if place = 'entities_mention' then
    return case when whole ->> 'value' ~* pattern then blank else jsonb_build_object('note', lifecycle_struck(whole ->> 'note', pattern)) end;
  end if;
  if place in ('entities_identity', 'entities_marking') then
    return case when whole ->> 'value' ~* pattern or whole ->> 'into_value' ~* pattern then blank
                else jsonb_build_object('reason', lifecycle_struck(whole ->> 'reason', pattern)) end;
  end if;
  if place in ('intake_delivery', 'enrichment_watch_entry')
     or (place = 'grouping_lesson' and whole ->> 'label' ~* pattern)
     or (place = 'enrichment_item' and lifecycle_texts(jsonb_build_array(whole -> 'name', whole -> 'identifiers')) ~* pattern) then
    return blank;
  end if;
  for k in select x.key from jsonb_object_keys(blank) as x (key)
             join pg_attribute a on a.attrelid = place::regclass and a.attname = x.key and not a.attisdropped
            where a.atttypid = any ('{text,varchar,bpchar,json,jsonb,text[],varchar[]}'::regtype[]) loop
    struck := lifecycle_struck_in(whole -> k, pattern);
    if struck is distinct from whole -> k and k not in ('entity_ids', 'status') then
      changed := changed || jsonb_build_object(k, struck);
    end if;
  end loop;
  if place = 'intake_signal' and changed <> '{}' then
    changed := changed || jsonb_build_object('entity_ids', '[]'::jsonb);
  end if;
  if changed ? 'conditions' then
    -- It means something else now, or nothing.
    changed := changed || coalesce((select jsonb_object_agg(key, value) from jsonb_each(blank) where key in ('enabled', 'ended_at')), '{}');
  end if;
  if changed ? 'name' then
    -- Names are told apart within a compartment.
    changed := changed || jsonb_build_object('name', left(changed ->> 'name', 80) || ' ' || right(whole ->> 'id', 8));
  end if;
  if place = 'intake_mapping' and changed ? 'text' then
    changed := changed || jsonb_build_object('sha256', '\x' || encode(sha256(convert_to(changed ->> 'text', 'UTF8')), 'hex'));
  end if;
  return changed;
end $$;

-- Each text in a value, wherever it stands in it; what holds the texts together stays.
create or replace function lifecycle_struck_in(held jsonb, pattern text) returns jsonb language plpgsql immutable as $$
begin
  return case jsonb_typeof(held)
    when 'string' then to_jsonb(lifecycle_struck(held #>> '{}', pattern))
    when 'array' then (select coalesce(jsonb_agg(lifecycle_struck_in(v, pattern) order by n), '[]')
                         from jsonb_array_elements(held) with ordinality as x (v, n))
    when 'object' then (select coalesce(jsonb_object_agg(k, lifecycle_struck_in(v, pattern)), '{}')
                          from jsonb_each(held) as x (k, v))
    else held end;
end $$;

create or replace function lifecycle_struck(words text, pattern text) returns text language sql immutable as $$
  select regexp_replace(words, pattern, '[erased]', 'gi')
$$;

-- Carry out one step of a disposal; returns how many rows were blanked.
create or replace function lifecycle_erase(disposal uuid) returns int
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  d lifecycle_disposal;
  cause ledger_entry;
  p record;
  parts uuid[];
  facts jsonb;
  row_id uuid;
  whole jsonb;
  changed jsonb;
  names text;
  entry bigint;
  pattern text;
  done int := 0;
begin
  select (s.d).*  into d from lifecycle_step(disposal, 'disposal.progressed') s;
  select (s.cause).* into cause from lifecycle_step(disposal, 'disposal.progressed') s;
  select * into strict p from lifecycle_places() q where q.step = d.step;
  parts := lifecycle_parts(d.record_id);
  if d.outcome = 'person' and d.step = 6 then
    return 0;  -- Files are read with one key for the whole record: they stay as they are.
  end if;
  if d.outcome = 'person' then
    pattern := lifecycle_pattern(d.words);
    p.belongs := format(
      '(%s) and t.id <> all (%L::uuid[]) and %s ~* %L and not lifecycle_is_apart(t.%I, %L::uuid[])',
      p.belongs, d.spared, lifecycle_heard(p.place), pattern,
      case p.place when 'records_link' then 'from_compartment_id' else 'compartment_id' end, d.sections);
  end if;
  facts := jsonb_build_object('at', cause.at, 'by', (select a.name from access_account a where a.id = cause.actor_id),
                              'why', case d.basis when 'retention' then 'Retention time over' else 'Erasure of personal data' end);
  if p.place = 'intake_signal' then
    -- All at once, before anything that hangs on one changes: the engine keeps to this order, too.
    perform 1 from intake_signal s where s.id = any (parts) order by s.id for update;
  end if;
  for row_id in execute format('select t.id from %I t where %s order by t.id for update', p.place, p.belongs) using parts loop
    execute format('select to_jsonb(t), (%s)::jsonb from %I t where t.id = $3',
                   case when p.becomes like '{%' then quote_literal(p.becomes) else p.becomes end, p.place)
      into whole, changed using parts, facts, row_id;
    if d.outcome = 'dispose' then
      changed := changed || p.more::jsonb;
    elsif d.outcome = 'person' then
      changed := lifecycle_without(p.place, whole, changed || p.more::jsonb, pattern);
      continue when changed = '{}';
    end if;
    execute format('select to_jsonb(n) from jsonb_populate_record((select t from %I t where t.id = $1), $2) n', p.place)
      into whole using row_id, changed;
    entry := ledger_append_after(
      cause, p.verb, row_id, coalesce((whole ->> 'record_id')::uuid, (whole ->> 'case_id')::uuid, (whole ->> 'incident_id')::uuid, (whole ->> 'signal_id')::uuid, row_id),
      coalesce(whole ->> 'compartment_id', whole ->> 'from_compartment_id')::uuid,
      jsonb_build_object('actor', facts -> 'by') || case p.verb
        when 'erasure.performed' then jsonb_build_object('basis', d.basis, 'outcome', d.outcome, 'disposal', d.id)
        else jsonb_build_object('reason', facts -> 'why') end,
      lifecycle_content(p.place, whole, p.unsaid));
    select string_agg(format('%I', key), ', ') into names from jsonb_object_keys(changed) key;
    execute format('update %I set (%s, version) = (select %s, $3 from jsonb_populate_record(null::%I, $2)) where id = $1',
                   p.place, names, names, p.place) using row_id, changed, entry;
    done := done + 1;
  end loop;
  if d.outcome = 'person' and p.place in ('enrichment_item', 'enrichment_watch_entry', 'enrichment_watchlist') then
    -- What was told of them about signals was copied from there.
    delete from enrichment_result r where r.org_id = d.org_id and r.kind in ('asset', 'identity', 'watched')
       and (r.value ~* pattern or r.source ~* pattern or lifecycle_texts(r.facts) ~* pattern);
  end if;
  if d.outcome = 'person' and p.place = 'grouping_rule' then
    update grouping_trial x set tried = '{}', result = '{}' where x.compartment_id = any (parts) and lifecycle_texts(x.tried) ~* pattern;
  end if;
  if p.place = 'intake_signal' then
    update intake_occurrence o set raw = '' where o.signal_id = any (parts) and o.raw <> ''
       and exists (select from intake_signal s where s.id = o.signal_id and lifecycle_erases(s.id, s.version));
  end if;
  return done;
end $$;
alter function lifecycle_erase(uuid) owner to longwatch_search;

create or replace function lifecycle_kept(e ledger_entry, openings jsonb) returns jsonb language sql stable as $$
  select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(openings)
   where key = 'actor' or (e.action ~ '^(export|subject_request)[.]' and key not in ('row', 'purpose', 'reason', 'failure')) or (key = 'row' and not exists (
     select from ledger_entry n where n.subject_id = e.subject_id and n.id > e.id and n.action = 'erasure.performed'
        -- A link of custody has its exhibit as subject, and stays.
        and not exists (select from evidence_custody_event c
                         where c.version = e.id and c.exhibit_id = e.subject_id and c.kind not in ('received', 'withdrawn'))))
$$;

-- Which older entries about a record, its signals and what hangs on them still have what opens them. Not those that tell
-- of holds, disposals and erasures, and nothing that only says who acted or commits to a row that stays.
create or replace function lifecycle_openings_of(parts uuid[]) returns setof bigint language sql stable as $$
  select e.id from ledger_entry e join ledger_detail o on o.entry_id = e.id
   where (e.record_id = any (parts) or e.subject_id = any (parts)) and not e.covers_batch
     and e.action !~ '^(hold|disposal|erasure|break_glass)\.'
     and lifecycle_kept(e, o.fields) <> o.fields
   order by e.id
$$;

-- What stays of an entry's openings when one person goes: all but what tells of them, and what commits to rows as they
-- were before.
create or replace function lifecycle_kept_of(d lifecycle_disposal, e ledger_entry, openings jsonb) returns jsonb
  language plpgsql stable as $$
declare
  pattern text;
begin
  if d.outcome <> 'person' then
    return lifecycle_kept(e, openings);
  end if;
  pattern := lifecycle_pattern(d.words);
  return (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(openings)
           where key = 'actor' or (key = 'row' and e.subject_id <> d.id and (lifecycle_kept(e, openings) ? 'row'))
              or (key <> 'row' and coalesce(lifecycle_texts(value -> 'value'), '') !~* pattern));
end $$;

-- Which entries a disposal takes openings from. The words of a person were committed to by the disposal itself, too.
create or replace function lifecycle_openings_for(d lifecycle_disposal) returns setof bigint language plpgsql stable as $$
declare
  parts uuid[] := lifecycle_parts(d.record_id);
  place text;
  found uuid[];
begin
  if d.outcome <> 'person' then
    return query select lifecycle_openings_of(parts);
  else
    if d.record_kind = 'place' then
      foreach place in array lifecycle_standing() loop
        execute format('select array_agg(t.id) from %I t where t.compartment_id = $1', place) into found using d.record_id;
        parts := parts || found;
      end loop;
    end if;
    return query select e.id from ledger_entry e join ledger_detail o on o.entry_id = e.id
     where ((e.record_id = any (parts) or e.subject_id = any (parts)) and not e.covers_batch
            and (e.subject_id = d.id or e.action !~ '^(hold|disposal|erasure|break_glass)[.]')
            and not lifecycle_is_apart(e.compartment_id, d.sections))
       and e.id < d.version and lifecycle_kept_of(d, e, o.fields) <> o.fields order by e.id;
  end if;
end $$;

create or replace function lifecycle_openings(disposal uuid) returns setof bigint
  language sql stable security definer set search_path = public, pg_temp as $$
  select o.id from lifecycle_disposal d, lifecycle_openings_for(d) as o (id)
   where d.id = disposal and d.org_id = (select current_org()) and (select has_role('{privacy}'))
     and d.compartment_id <> all ((select excluded_compartments())::uuid[])
$$;
alter function lifecycle_openings(uuid) owner to longwatch_search;

-- Erase what opens older entries: just those that the entry of this transaction names, and only of this record.
create or replace function ledger_erase(disposal uuid) returns int
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  d lifecycle_disposal;
  named bigint[];
  done int;
begin
  select (s.d).* into d from lifecycle_step(disposal, 'erasure.performed') s;
  select array_agg(value::bigint) into named from ledger_detail o, jsonb_array_elements_text(o.fields -> 'erases' -> 'value')
   where o.entry_id = d.version;
  update ledger_detail o set fields = lifecycle_kept_of(d, e, o.fields)
    from ledger_entry e
   where e.id = o.entry_id and o.entry_id = any (named) and o.entry_id in (select x from lifecycle_openings_for(d) x);
  get diagnostics done = row_count;
  return done;
end $$;
alter function ledger_erase(uuid) owner to longwatch_search;

-- How much would go, by place: of what one may see, or all of it for privacy officers, who learn numbers only, and none
-- of what a reporter keeps from them.
create or replace function lifecycle_preview(record uuid) returns table (place text, amount bigint)
  language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query select * from lifecycle_preview_of(lifecycle_parts(record));
end $$;

create or replace function lifecycle_preview_of(parts uuid[]) returns table (place text, amount bigint)
  language plpgsql stable as $$
declare
  p record;
  sight text := '';
begin
  if not has_role('{privacy}') then
    sight := ' and coalesce(to_jsonb(t) ->> ''compartment_id'', to_jsonb(t) ->> ''from_compartment_id'')::uuid = any (visible_compartments())';
  else
    parts := (select array_agg(part) from unnest(parts) part where lifecycle_known(part));
  end if;
  for p in select * from lifecycle_places() loop
    place := p.place;
    execute format('select count(*) from %I t where (%s) and t.org_id = current_org()%s', p.place, p.belongs, sight)
      into amount using parts;
    if amount > 0 then
      return next;
    end if;
  end loop;
end $$;
alter function lifecycle_preview(uuid) owner to longwatch_search;

-- One record for the same people: what a proposal needs.
create or replace function lifecycle_subject(record uuid)
  returns table (kind text, compartment_id uuid, reference text, sort text, closed_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp as $$
  select r.kind, r.compartment_id, case when r.compartment_id = any ((select visible_compartments())::uuid[]) then r.reference else '' end, r.sort, r.closed_at
    from (select 'case' as kind, c.id, c.org_id, c.compartment_id, c.reference::text, c.type::text as sort,
                 case when c.status = 'closed' then c.closed_at end as closed_at from cases_case c
          union all
          select 'incident', i.id, i.org_id, i.compartment_id, i.reference::text, i.category::text,
                 case when i.status in ('closed', 'merged') then i.closed_at end from incidents_incident i
          union all
          select 'place', c.id, c.org_id, c.id, c.name::text, '', null from access_compartment c where c.record_id is null) r
   where r.id = record and r.org_id = (select current_org()) and (select has_role('{privacy}'))
     and r.compartment_id <> all ((select excluded_compartments())::uuid[])
$$;
alter function lifecycle_subject(uuid) owner to longwatch_search;

-- Hashes of the files whose keys a disposal destroyed, for its certificate.
create or replace function lifecycle_destroyed(disposal uuid) returns setof text
  language sql stable security definer set search_path = public, pg_temp as $$
  select x.sha256::text from lifecycle_disposal d
    join evidence_exhibit x on x.record_id = any (lifecycle_parts(d.record_id)) join evidence_key k on k.id = x.key_id
   where d.id = disposal and d.org_id = (select current_org()) and (select has_role('{privacy}'))
     and d.compartment_id <> all ((select excluded_compartments())::uuid[])
     and k.destroyed_at is not null and x.sha256 <> '' order by x.sha256
$$;
alter function lifecycle_destroyed(uuid) owner to longwatch_search;

-- The walls: as the owner of these functions, a row changes only as an erasure of this transaction says.
do $$
declare
  p record;
begin
  -- A later migration brings the tables that are not there yet, and runs this again.
  for p in select distinct q.place from lifecycle_places() q where to_regclass(q.place) is not null loop
    execute format('drop policy if exists erases on %I', p.place);
    execute format('create policy erases on %I for update to longwatch_search using (true) with check (lifecycle_erases(id, version))', p.place);
  end loop;
end $$;
drop policy if exists erasing on intake_occurrence;
create policy erasing on intake_occurrence for select to longwatch_search using (true);
drop policy if exists erases on intake_occurrence;
create policy erases on intake_occurrence for update to longwatch_search using (true) with check (raw = '');
drop policy if exists erases on ledger_entry;
create policy erases on ledger_entry for insert to longwatch_search
  with check (not covers_batch and action in ('erasure.performed', 'evidence.key_destroyed') and actor_id = (select current_account()));
drop policy if exists erasing on ledger_detail;
create policy erasing on ledger_detail for select to longwatch_search using (true);
drop policy if exists erases on ledger_detail;
-- Less stays than there was, and never what tells of an erasure.
create policy erases on ledger_detail for update to longwatch_search using (true)
  with check (not exists (select from ledger_entry e where e.id = entry_id and e.action in ('erasure.performed', 'disposal.certified')));

-- What was said stays said, except that an erasure blanks it.
create or replace function records_timeline_immutable() returns trigger language plpgsql as $$
begin
  if current_user = 'longwatch_search' and lifecycle_erases(new.id, new.version)
     and (new.id, new.record_id, new.compartment_id, new.kind, new.recorded_at, new.author_label, new.author_id, new.corrects_id)
         is not distinct from (old.id, old.record_id, old.compartment_id, old.kind, old.recorded_at, old.author_label,
         old.author_id, old.corrects_id) then
    return new;
  end if;
  if (new.id, new.record_id, new.compartment_id, new.kind, new.text, new.occurred_at, new.recorded_at, new.author_label,
      new.author_id, new.corrects_id)
     is distinct from (old.id, old.record_id, old.compartment_id, old.kind, old.text, old.occurred_at, old.recorded_at,
      old.author_label, old.author_id, old.corrects_id) then
    raise exception 'timeline entries are corrected, never overwritten' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create or replace function incidents_notice_immutable() returns trigger language plpgsql as $$
begin
  if current_user = 'longwatch_search' and lifecycle_erases(new.id, new.version) then
    return new;
  end if;
  if old.withdrawn_at is not null
     or (new.id, new.org_id, new.compartment_id, new.incident_id, new.kind, new.about, new.text, new.published_at,
         new.published_label, new.expires_at)
     is distinct from
        (old.id, old.org_id, old.compartment_id, old.incident_id, old.kind, old.about, old.text, old.published_at,
         old.published_label, old.expires_at) then
    raise exception 'a notice is withdrawn, never changed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create or replace function intake_occurrence_refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_user = 'longwatch_search' then
    if new.raw = '' and (new.id, new.at, new.org_id, new.signal_id, new.source_id, new.sha256, new.content_type, new.entry_id)
         = (old.id, old.at, old.org_id, old.signal_id, old.source_id, old.sha256, old.content_type, old.entry_id)
       and exists (select from intake_signal s where s.id = new.signal_id and lifecycle_erases(s.id, s.version)) then
      return new;
    end if;
  end if;
  raise exception 'occurrences are kept as they arrived' using errcode = 'insufficient_privilege';
end $$;

create or replace function evidence_key_immutable() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  if (new.id, new.org_id, new.compartment_id, new.record_kind, new.record_id, new.created_at)
     is distinct from (old.id, old.org_id, old.compartment_id, old.record_kind, old.record_id, old.created_at)
     or old.destroyed_at is not null
     or (new.destroyed_at is null) = (octet_length(new.wrapped) = 0) then
    raise exception 'a key is locked anew or destroyed, never changed' using errcode = 'insufficient_privilege';
  end if;
  if new.destroyed_at is not null then
    perform lifecycle_await_holds(new.org_id);
    if lifecycle_covers(new.record_id) then
      raise exception 'under legal hold: nothing of it goes' using errcode = 'insufficient_privilege';
    end if;
  end if;
  return new;
end $$;
alter function evidence_key_immutable() owner to longwatch_search;

create or replace function evidence_exhibit_immutable() returns trigger language plpgsql as $$
begin
  if current_user = 'longwatch_search' and lifecycle_erases(new.id, new.version)
     and (new.id, new.org_id, new.compartment_id, new.record_kind, new.record_id, new.number, new.content_type, new.size,
          new.sha256, new.key_id, new.sealed_sha256, new.received_at, new.received_label, new.withdrawn_at, new.withdrawal_reason)
         is not distinct from
         (old.id, old.org_id, old.compartment_id, old.record_kind, old.record_id, old.number, old.content_type, old.size,
          old.sha256, old.key_id, old.sealed_sha256, old.received_at, old.received_label, old.withdrawn_at, old.withdrawal_reason) then
    return new;
  end if;
  if (old.withdrawn_at is not null and new.withdrawn_at is distinct from old.withdrawn_at)
     or (old.withdrawn_at is not null and old.sealed_sha256 = new.sealed_sha256)
     or ((new.key_id, new.sealed_sha256, new.sealed_size) is distinct from (old.key_id, old.sealed_sha256, old.sealed_size)
         and (old.sealed_sha256 <> '' or old.is_physical))
     or (new.id, new.org_id, new.compartment_id, new.record_kind, new.record_id, new.number, new.name, new.content_type,
         new.size, new.sha256, new.note, new.received_at, new.received_by_id, new.received_label, new.is_physical,
         new.acquired_by, new.acquired_at, new.acquired_where, new.acquired_how, new.acquired_tool)
     is distinct from
        (old.id, old.org_id, old.compartment_id, old.record_kind, old.record_id, old.number, old.name, old.content_type,
         old.size, old.sha256, old.note, old.received_at, old.received_by_id, old.received_label, old.is_physical,
         old.acquired_by, old.acquired_at, old.acquired_where, old.acquired_how, old.acquired_tool) then
    raise exception 'an exhibit is withdrawn, never changed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create or replace function exchange_export_immutable() returns trigger language plpgsql as $$
begin
  if current_user = 'longwatch_search' and lifecycle_erases(new.id, new.version)
     and to_jsonb(new) - '{purpose,failure,version,status,finished_at,expires_at}'::text[]
         = to_jsonb(old) - '{purpose,failure,version,status,finished_at,expires_at}'::text[]
     and (new.status = old.status or (old.status, new.status) = ('queued', 'cancelled')) then
    return new;
  end if;
  if old.status <> 'queued'
     or (new.id, new.org_id, new.compartment_id, new.record_kind, new.record_id, new.audience, new.recipient, new.purpose,
         new.about_id, new.requested_by_id, new.requested_at, new.permissions)
     is distinct from
        (old.id, old.org_id, old.compartment_id, old.record_kind, old.record_id, old.audience, old.recipient, old.purpose,
         old.about_id, old.requested_by_id, old.requested_at, old.permissions) then
    raise exception 'a bundle is finished once, and nothing else of it changes' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

-- What was let go stays closed, whoever asks.
create or replace function lifecycle_stays_closed() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  if exists (select from lifecycle_disposal d where d.record_id = new.id and d.status in ('approved', 'running', 'done')
              and d.outcome <> 'person') then
    raise exception 'the content of this record was let go: it stays closed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
alter function lifecycle_stays_closed() owner to longwatch_search;
drop trigger if exists lifecycle_stays_closed on cases_case;
create trigger lifecycle_stays_closed before update of status on cases_case for each row
  when (old.status = 'closed' and new.status <> 'closed') execute function lifecycle_stays_closed();
drop trigger if exists lifecycle_stays_closed on incidents_incident;
create trigger lifecycle_stays_closed before update of status on incidents_incident for each row
  when (old.status in ('closed', 'merged') and new.status not in ('closed', 'merged')) execute function lifecycle_stays_closed();

-- Blobs whose key was destroyed are of no use to anybody: the sweep removes them.
create or replace function evidence_blobs_in_use(organisation uuid) returns table (sha256 text) language sql stable
  security definer set search_path = public, pg_temp as $$
  select distinct coalesce(nullif(e.sealed_sha256, ''), e.sha256)::text from evidence_exhibit e
    left join evidence_key k on k.id = e.key_id
   where e.org_id = organisation and not e.is_physical and k.destroyed_at is null
  union
  select r.sealed_sha256::text from evidence_rendition r where r.org_id = organisation and r.sealed_sha256 <> ''
$$;
