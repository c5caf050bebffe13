-- Bodies that are kept whole, how sources are doing, and whom to tell when one falls silent.

-- The same bytes that failed before are looked up for each that fails; the number that fail is shown.
create index if not exists intake_delivery_failed on intake_delivery (source_id, sha256) where state = 'failed';
-- Arrivals come in order of time, so this costs next to nothing while they do.
create index if not exists intake_occurrence_moment on intake_occurrence using brin (at);

-- Keeps a body with its entry in the ledger and says under which identifier. Whoever receives may not write either by
-- itself. Bytes that could not be read, and come again because their sender was told so, are kept once.
create or replace function intake_keep_delivery(delivery jsonb, body bytea, entry jsonb) returns uuid
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  d intake_delivery := jsonb_populate_record(null::intake_delivery, delivery);
  known uuid;
begin
  if not exists (select 1 from intake_source s
                  where s.id = d.source_id and s.org_id = d.org_id and s.compartment_id = d.compartment_id) then
    raise exception 'source % keeps its bodies elsewhere', d.source_id using errcode = 'insufficient_privilege';
  end if;
  if d.sha256 is distinct from sha256(body) then
    raise exception 'a body with the hash of another' using errcode = 'integrity_constraint_violation';
  end if;
  if d.state = 'failed' then
    select k.id into known from intake_delivery k
     where k.source_id = d.source_id and k.sha256 = d.sha256 and k.state = 'failed' limit 1;
    if found then
      return known;
    end if;
  end if;
  d.version := ledger_append(
    (entry ->> 'at')::timestamptz, d.org_id, 'delivery.kept', d.id, null, d.compartment_id, entry ->> 'actor_kind',
    (entry ->> 'actor')::uuid, entry ->> 'via', (entry ->> 'operation')::uuid, entry ->> 'leaf', entry -> 'openings');
  insert into intake_delivery (id, org_id, compartment_id, source_id, at, way, raw, sha256, content_type, state, reason,
                               signals, operation_id, version)
    values (d.id, d.org_id, d.compartment_id, d.source_id, d.at, d.way, body, d.sha256, d.content_type, d.state, d.reason,
            d.signals, d.operation_id, d.version);
  return d.id;
end $$;

-- Only this function writes them as this role, which nobody can sign in as.
drop policy if exists keeps on ledger_entry;
create policy keeps on ledger_entry for insert to longwatch_search with check (not covers_batch and action = 'delivery.kept');
drop policy if exists keeps on intake_delivery;
create policy keeps on intake_delivery for insert to longwatch_search with check (true);

-- When anything came from a source last, readable or not. The ledger knows, without a look at the signals.
create or replace function intake_last_heard(source uuid) returns timestamptz language sql stable
  set search_path = public, pg_temp as $$
  select greatest((select e.at from ledger_entry e where e.subject_id = source and e.action = 'signal.received'
                    order by e.id desc limit 1),
                  (select d.at from intake_delivery d where d.source_id = source order by d.at desc limit 1))
$$;

-- How the sources of an organisation are doing, in numbers, for whoever manages them, who need not be a reader of what
-- they send. The lag is that of the newest signals that wait and say when they happened.
create or replace function intake_source_health()
  returns table (source_id uuid, last_at timestamptz, failed int, lag_seconds float8)
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.id, intake_last_heard(s.id),
         (select count(*)::int from (select 1 from intake_delivery d
                                      where d.source_id = s.id and d.state = 'failed' limit 1001) f),
         (select percentile_cont(0.5) within group (order by extract(epoch from n.first_seen - n.occurred_at)::float8)
            from (select g.first_seen, g.occurred_at from intake_signal g
                   where g.source_id = s.id and g.status in ('new', 'acknowledged')
                   order by g.first_seen desc, g.id desc limit 100) n
           where n.occurred_at <> n.first_seen)
    from intake_source s
   where s.org_id = (select current_org()) and (select has_role('{administrator,supervisor}'))
$$;

-- Arrivals of one source by hour, of the last day.
create or replace function intake_source_volume(source uuid) returns table (hour timestamptz, arrivals int)
  language sql stable security definer set search_path = public, pg_temp as $$
  select date_trunc('hour', o.at), count(*)::int from intake_occurrence o
   where o.source_id = source and o.at > now() - interval '24 hours' and (select has_role('{administrator,supervisor}'))
     and exists (select 1 from intake_source s where s.id = source and s.org_id = (select current_org()))
   group by 1 order by 1
$$;

-- Sources that are silent for longer than is expected of them, of which the supervisors know. No history: what is
-- silent can be seen at any time.
create table if not exists intake_silence (
  source_id uuid        primary key,
  org_id    uuid        not null,
  told_at   timestamptz not null default clock_timestamp()
);
alter table intake_silence enable row level security;
alter table intake_silence force row level security;
drop policy if exists watches on intake_silence;
create policy watches on intake_silence to longwatch_search using (true) with check (true);

-- Tells supervisors of sources that fell silent, once a silence, and gives their addresses. For the worker, which acts
-- for nobody.
create or replace function intake_tell_of_silence() returns table (email text)
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  delete from intake_silence k where not exists (select 1 from intake_silent() s where s.source_id = k.source_id);
  return query
  with fallen as (
    insert into intake_silence as k (source_id, org_id) select s.source_id, s.org_id from intake_silent() s
      on conflict do nothing returning k.source_id, k.org_id),
  told as (
    insert into access_notice (id, org_id, account_id, kind, link, created_at)
    select gen_random_uuid(), f.org_id, a.id, 'source_silent', '/administration/sources/' || f.source_id, clock_timestamp()
      from fallen f join access_account a on a.org_id = f.org_id and a.is_active and a.roles && '{supervisor}'
    returning account_id)
  select distinct a.email::text from told t join access_account a on a.id = t.account_id;
end $$;

create or replace function intake_silent() returns table (source_id uuid, org_id uuid)
  language sql stable set search_path = public, pg_temp as $$
  select s.id, s.org_id from intake_source s
   where s.enabled and s.heartbeat_seconds is not null
     and coalesce(intake_last_heard(s.id), s.created_at) < now() - make_interval(secs => s.heartbeat_seconds)
$$;

drop policy if exists tells_of_silence on access_notice;
create policy tells_of_silence on access_notice for insert to longwatch_search with check (kind = 'source_silent');
drop policy if exists made_of_silence on access_notice;
create policy made_of_silence on access_notice for select to longwatch_search using (kind = 'source_silent');

alter function intake_keep_delivery(jsonb, bytea, jsonb) owner to longwatch_search;
alter function intake_source_health() owner to longwatch_search;
alter function intake_source_volume(uuid) owner to longwatch_search;
alter function intake_tell_of_silence() owner to longwatch_search;
alter function intake_silent() owner to longwatch_search;
