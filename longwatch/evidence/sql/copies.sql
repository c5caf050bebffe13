-- Safe copies and scans: what is due, and what came of it. The job acts as nobody, so row security shows it nothing.

call wall_by_compartment('evidence_rendition');
call ledger_guard('evidence_rendition');
call wall_by_compartment('evidence_scan');
call ledger_guard('evidence_scan');

create or replace function evidence_findings_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'copies and scans are added, never changed' using errcode = 'insufficient_privilege';
end $$;
drop trigger if exists evidence_findings_append_only on evidence_rendition;
create trigger evidence_findings_append_only before update or delete on evidence_rendition
  for each row execute function evidence_findings_append_only();
drop trigger if exists evidence_findings_append_only on evidence_scan;
create trigger evidence_findings_append_only before update or delete on evidence_scan
  for each row execute function evidence_findings_append_only();

-- Exhibits that lack a copy of this recipe or a look by one of these scanners, oldest first; three failures are enough.
-- What a reporter sent waits until their day is over, so that the time of its copy does not tell when it came; unless
-- somebody looks at it (`only`), which is a moment of theirs.
create or replace function evidence_work_due(organisation uuid, made_by int, scanners text[], only_one uuid, most int)
  returns setof evidence_exhibit language sql stable security definer set search_path = public, pg_temp as $$
  select e.* from evidence_exhibit e join evidence_key k on k.id = e.key_id and k.destroyed_at is null
   where e.org_id = organisation and e.sealed_sha256 <> '' and current_account() is null
     and (only_one is null or e.id = only_one)
     and (only_one is not null or e.received_by_id is not null or e.record_kind <> 'signal'
          or e.received_at <> date_trunc('day', e.received_at, 'UTC') or e.received_at < now() - interval '1 day')
     and ((not exists (select 1 from evidence_rendition r where r.exhibit_id = e.id and r.recipe = made_by
                         and r.state <> 'failed')
           and 3 > (select count(*) from evidence_rendition r where r.exhibit_id = e.id and r.recipe = made_by))
          or exists (select 1 from unnest(scanners) s
                      where not exists (select 1 from evidence_scan c where c.exhibit_id = e.id and c.scanner = s
                                          and c.verdict <> 'failed')
                        and 3 > (select count(*) from evidence_scan c where c.exhibit_id = e.id and c.scanner = s)))
   order by e.id limit most
$$;
alter function evidence_work_due(uuid, int, text[], uuid, int) owner to longwatch_search;

-- What is there already of an exhibit, and its locked key, which is of no use without the master key.
create or replace function evidence_work_state(exhibit uuid, made_by int)
  returns table (copied boolean, scanners text[], wrapped bytea, master text)
  language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from evidence_rendition r where r.exhibit_id = e.id and r.recipe = made_by and r.state <> 'failed'),
         coalesce((select array_agg(c.scanner::text) from evidence_scan c where c.exhibit_id = e.id and c.verdict <> 'failed'),
                  '{}'),
         k.wrapped, k.master::text
    from evidence_exhibit e join evidence_key k on k.id = e.key_id
   where e.id = exhibit and current_account() is null
$$;
alter function evidence_work_state(uuid, int) owner to longwatch_search;

create or replace function evidence_keep_rendition(rendition jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r evidence_rendition := jsonb_populate_record(null::evidence_rendition, rendition);
begin
  if current_account() is not null
     or not exists (select 1 from evidence_exhibit e where e.id = r.exhibit_id and e.org_id = r.org_id
                     and e.compartment_id = r.compartment_id and (r.key_id is null or e.key_id = r.key_id)) then
    raise exception 'only the job keeps copies' using errcode = 'insufficient_privilege';
  end if;
  insert into evidence_rendition select r.*;
end $$;
alter function evidence_keep_rendition(jsonb) owner to longwatch_search;

create or replace function evidence_keep_scan(scan jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r evidence_scan := jsonb_populate_record(null::evidence_scan, scan);
begin
  if current_account() is not null
     or not exists (select 1 from evidence_exhibit e where e.id = r.exhibit_id and e.org_id = r.org_id
                     and e.compartment_id = r.compartment_id) then
    raise exception 'only the job keeps what a scanner said' using errcode = 'insufficient_privilege';
  end if;
  insert into evidence_scan select r.*;
end $$;
alter function evidence_keep_scan(jsonb) owner to longwatch_search;

drop policy if exists keeps on evidence_rendition;
create policy keeps on evidence_rendition for insert to longwatch_search with check (true);
drop policy if exists keeps on evidence_scan;
create policy keeps on evidence_scan for insert to longwatch_search with check (true);

-- Which blobs of an organisation some exhibit or copy still needs, by the name each has in its store.
create or replace function evidence_blobs_in_use(organisation uuid) returns table (sha256 text) language sql stable
  security definer set search_path = public, pg_temp as $$
  select distinct coalesce(nullif(e.sealed_sha256, ''), e.sha256)::text from evidence_exhibit e
   where e.org_id = organisation and not e.is_physical
  union
  select r.sealed_sha256::text from evidence_rendition r where r.org_id = organisation and r.sealed_sha256 <> ''
$$;
