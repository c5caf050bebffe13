-- The one statement that receives signals: many at once, of one sender and source, under one ledger entry.
--
-- `origin` says who sends from where, with the ledger entry's leaf, which holds the batch root over (occurrence id,
-- sha256 of raw, hash of what was understood), see intake/covering.py. `signals` holds one row a dedup key, in order of arrival: what the first of
-- them said, how many there are, and the highest severity. `arrivals` has one row each: which signal it belongs to,
-- and where its bytes lie in `raws`, after the 32 bytes of their SHA-256, which the leaf covers: hashing them a second
-- time here would cost as much as their index entries. One text and one block of bytes instead of arrays: a client
-- builds them ten times faster.
--
-- The plan is made once a connection, perhaps while the tables are empty, and kept until somebody analyses them: it must
-- not read a whole table, however small that is then (enable_seqscan).

create or replace function intake_receive(origin json, signals json, arrivals json, raws bytea)
  returns table (n int, signal_id uuid, created boolean, total int, worst smallint)
  language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
  set enable_seqscan = off as $$
#variable_conflict use_column
declare
  source intake_source;
  entry bigint;
  entry_at timestamptz; seen_at timestamptz; from_source uuid; acting_kind text; acting_id uuid; entrance text;
  operation uuid; entry_leaf bytea; content_type text; home uuid;
  stored record; newcomers uuid[];
begin
  select o.at, o.seen_at, o.source, o.actor_kind, o.actor, o.via, o.operation, convert_to(o.leaf, 'UTF8'), o.type,
         o.compartment
    into entry_at, seen_at, from_source, acting_kind, acting_id, entrance, operation, entry_leaf, content_type, home
    from json_to_record(origin) as o (at timestamptz, seen_at timestamptz, source uuid, actor_kind text, actor uuid,
                                      via text, operation uuid, leaf text, type text, compartment uuid);
  select * into source from intake_source where id = from_source and enabled;
  if not found then
    raise exception 'source % is unknown or switched off', from_source using errcode = 'no_data_found';
  end if;

  -- A report that its reporter keeps from somebody goes where only the others look, from its first moment: into a
  -- compartment made for it in this transaction.
  if home is null then
    home := source.compartment_id;
  elsif acting_kind not in ('reporter', 'account') or not exists (
      select 1 from access_compartment c where c.id = home and c.org_id = source.org_id
         and exists (select 1 from ledger_pending p
                      where p.entry_id = c.version and p.transaction_id = pg_current_xact_id())) then
    raise exception 'source % sends nowhere else', from_source using errcode = 'insufficient_privilege';
  end if;
  -- The leaf covers the compartment too, which whoever sends need not know.
  entry_leaf := convert_to(replace(convert_from(entry_leaf, 'UTF8'), '"compartment":null',
                                   '"compartment":"' || home || '"'), 'UTF8');

  entry := nextval('ledger_entry_id_seq');
  insert into ledger_entry (id, at, org_id, action, subject_id, compartment_id, actor_kind, actor_id, via,
                            operation_id, covers_batch, leaf, leaf_hash)
    values (entry, entry_at, source.org_id, 'signal.received', source.id, home, acting_kind,
            acting_id, entrance, operation, true, entry_leaf, sha256('\x00'::bytea || entry_leaf));

  for stored in
  with arrived as materialized (
    select a.*, decode(a.key, 'hex') as dedup_key from json_to_recordset(signals) as a (
      n int, id uuid, key text, arrivals int, kind text, rule text, title text, description text,
      severity smallint, entities jsonb, entity_ids uuid[], place text, latitude float8, longitude float8,
      links text[], tags text[], report jsonb, occurred_at timestamptz, format text, techniques text[], state text,
      suppression uuid)
  ), kept as (
    insert into intake_signal as s (
      id, org_id, compartment_id, source_id, kind, dedup_key, rule, title, description, severity, status,
      entities, entity_ids, place, latitude, longitude, links, tags, report, occurred_at, first_seen, last_seen,
      count, dismiss_reason, dismiss_note, previous_id, version, format, techniques, sender_state, sender_changes, cleared_at,
      suppression_id)
    select a.id, source.org_id, home, source.id, a.kind, a.dedup_key, a.rule, a.title,
           a.description, a.severity, 'new', a.entities, a.entity_ids, a.place, a.latitude, a.longitude, a.links,
           a.tags, a.report, coalesce(a.occurred_at, seen_at), seen_at, seen_at, a.arrivals, '', '',
           (select p.id from intake_signal p
             where p.source_id = source.id and p.dedup_key = a.dedup_key and p.closed_at is not null
             order by p.closed_at desc limit 1),
           entry, a.format, a.techniques, a.state, '{}', case when a.state = 'closed' then seen_at end, a.suppression
      from arrived a
     -- All writers take the rows in one order, so that two batches cannot wait for each other.
     order by a.dedup_key
    on conflict (source_id, dedup_key) where closed_at is null do update set
      count = s.count + excluded.count,
      last_seen = greatest(s.last_seen, excluded.last_seen),
      -- It only rises by itself, and what was snoozed wakes when it does.
      severity = greatest(s.severity, excluded.severity),
      snoozed_until = case when excluded.severity > s.severity then null else s.snoozed_until end,
      raised_at = case when excluded.severity > s.severity then seen_at else s.raised_at end,
      -- Somebody had it in hand or put it off: they are told, and it comes first (rises.sql).
      stirred_at = case when excluded.severity > s.severity
                         and (s.status <> 'new' or s.assignee_id is not null or s.snoozed_until is not null) then seen_at
                        else s.stirred_at end,
      -- What its last arrival says: a rule that ended lets it be heard again. A rule that keeps a less severe repeat
      -- quiet does not hide what was heard because it is worse.
      suppression_id = case when excluded.severity < s.severity and s.suppression_id is null then null
                            else excluded.suppression_id end,
      sender_state = case when excluded.sender_state = '' then s.sender_state else excluded.sender_state end,
      cleared_at = case excluded.sender_state when 'closed' then coalesce(s.cleared_at, seen_at) when 'open' then null
                                              else s.cleared_at end,
      sender_changes = case
        when excluded.sender_state = '' or s.sender_state in ('', excluded.sender_state) then s.sender_changes
        else s.sender_changes[greatest(1, cardinality(s.sender_changes) - 8):] || extract(epoch from seen_at)::bigint end,
      techniques = case
        when excluded.techniques <@ s.techniques or cardinality(s.techniques) >= 50 then s.techniques
        else s.techniques || array(select m from unnest(excluded.techniques) with ordinality as u (m, i)
                                    where m <> all (s.techniques) order by i) end,
      -- Repeats may name further entities; a signal keeps up to a hundred. Written out: as functions, with a search
      -- path of their own, these two cost more than all else here.
      entities = case
        when excluded.entity_ids <@ s.entity_ids or cardinality(s.entity_ids) >= 100 then s.entities
        else s.entities || (select jsonb_agg(m order by i)
                              from jsonb_array_elements(excluded.entities) with ordinality as u (m, i)
                             where (m ->> 'id')::uuid <> all (s.entity_ids)) end,
      entity_ids = case
        when excluded.entity_ids <@ s.entity_ids or cardinality(s.entity_ids) >= 100 then s.entity_ids
        else s.entity_ids || array(select m from unnest(excluded.entity_ids) with ordinality as u (m, i)
                                    where m <> all (s.entity_ids) order by i) end,
      version = excluded.version
    returning s.id, s.dedup_key, (s.xmax = 0) as created, s.count, s.severity, s.previous_id
  ), occurred as (
    insert into intake_occurrence (id, at, org_id, signal_id, source_id, raw, sha256, content_type, entry_id,
                                   understood)
    select x.id, seen_at, source.org_id, k.id, source.id, substring(raws from x.start for x.size),
           substring(raws from x.start - 32 for 32), content_type, entry, decode(nullif(x.understood, ''), 'hex')
      from json_to_recordset(arrivals) as x (id uuid, of int, start int, size int, understood text)
      join arrived a on a.n = x.of join kept k on k.dedup_key = a.dedup_key
  )
  select a.n, a.arrivals, k.id, k.created, k.count, k.severity, k.previous_id from arrived a join kept k on k.dedup_key = a.dedup_key
  loop
    -- Its row is locked until this commits, so that the engine cannot take the notice before it can read the signal.
    insert into intake_unsettled as u (signal_id, org_id, compartment_id, source_id, severity, at, arrivals)
      values (stored.id, source.org_id, home, source.id, stored.severity, seen_at, stored.arrivals)
      on conflict (signal_id) do update set
        arrivals = u.arrivals + excluded.arrivals, severity = greatest(u.severity, excluded.severity);
    n := stored.n; signal_id := stored.id; created := stored.created; total := stored.count; worst := stored.severity;
    if created and stored.previous_id is null then
      newcomers := newcomers || signal_id;
    end if;
    return next;
  end loop;

  -- One that was closing while this waited for it was open when the statement above began; it is closed by now.
  if newcomers is null then
    return;
  end if;
  for stored in
    select s.id, p.id as previous_id from unnest(newcomers) as c (id) join intake_signal s on s.id = c.id
      cross join lateral (select p.id from intake_signal p
                           where p.source_id = s.source_id and p.dedup_key = s.dedup_key and p.closed_at is not null
                           order by p.closed_at desc limit 1) p loop
    update intake_signal s set previous_id = stored.previous_id where s.id = stored.id;
  end loop;
end $$;

drop function if exists intake_more_ids(uuid[], uuid[]);
drop function if exists intake_more_entities(jsonb, uuid[], jsonb, uuid[]);

-- Which sources take what people report; asked by the public form, where nobody is signed in.
create or replace function intake_report_sources(org uuid) returns setof intake_source
  language sql stable security definer set search_path = public, pg_temp as $$
  select * from intake_source where org_id = org and kind in ('report', 'sos') and enabled order by created_at
$$;

-- The compartments signals can go to, for whoever manages sources without being a reader of them.
create or replace function intake_compartments() returns table (id uuid, name text)
  language sql stable security definer set search_path = public, pg_temp as $$
  select c.id, c.name from access_compartment c
   where c.org_id = (select current_org()) and c.kind = 'intake' and (select has_role('{administrator,supervisor}'))
   order by c.created_at
$$;

alter function intake_receive(json, json, json, bytea) owner to longwatch_search;
alter function intake_report_sources(uuid) owner to longwatch_search;
alter function intake_compartments() owner to longwatch_search;
