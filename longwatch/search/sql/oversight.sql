-- Breaking the glass, and sealed matches: the two questions that reach past row security on purpose. Each counts the
-- attempt before it looks, so that nobody asks them without a trace and a limit.

-- What break-glass would open under a reference: a record with a compartment of its own, which is no way around anything
-- else. Nothing is told of any other: the answer is the same as for a reference that nobody has.
create or replace function break_glass_try(wanted text, attempt uuid)
  returns table (allowed boolean, kind text, record_id uuid, reference text, compartment_id uuid)
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  an_hour constant int := 5;
  a_day constant int := 15;
  organisation uuid := current_org();
  found_one record;
begin
  if not has_role('{supervisor,dispatcher}') then
    return query select false, null::text, null::uuid, null::text, null::uuid;
    return;
  end if;
  select r.* into found_one from (
    select 'case' as kind, k.id, k.reference::text as reference, k.compartment_id from cases_case k
     where k.org_id = organisation and k.reference = upper(btrim(wanted))
    union all
    select 'incident', i.id, i.reference::text, i.compartment_id from incidents_incident i
     where i.org_id = organisation and i.reference = upper(btrim(wanted))) r
    join access_compartment c on c.id = r.compartment_id and c.kind = 'record' and c.section in ('', 'core')
   where r.compartment_id <> all (excluded_compartments()) and r.compartment_id <> all (own_compartments());
  if access_count_attempt('glass', an_hour, a_day, attempt, found_one.id, found_one.compartment_id) then
    return query select true, found_one.kind, found_one.id, found_one.reference, found_one.compartment_id;
  else
    return query select false, null::text, null::uuid, null::text, null::uuid;
  end if;
end $$;

-- Which incidents and cases of the organisation name one of these as the people who write the record do, and whom to
-- ask: the lead or commander, else whoever opened it. Never what stands in an inner section that hides a reporter, a
-- witness or legal advice, and never a person named as reporter or witness.
create or replace function sealed_match(keys text[], attempt uuid)
  returns table (allowed boolean, kind text, record_id uuid, compartment_id uuid, contact uuid)
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  an_hour constant int := 10;
  a_day constant int := 40;
  organisation uuid := current_org();
begin
  if organisation is null or not access_count_attempt('match', an_hour, a_day, attempt, null, null) then
    return query select false, null::text, null::uuid, null::uuid, null::uuid;
    return;
  end if;
  return query
    select true, m.record_kind::text, m.record_id, coalesce(k.compartment_id, i.compartment_id),
           coalesce(k.lead_id, i.commander_id, k.opened_by_id, i.opened_by_id)
      from (select distinct n.record_kind, n.record_id from entities_mention n
              join access_compartment c on c.id = n.compartment_id
             where n.org_id = organisation and n.key = any (keys) and n.ended_at is null
               and n.part not in ('reporter', 'witness')
               and c.section not in ('identity', 'privileged', 'witness', 'medical')) m
      left join cases_case k on m.record_kind = 'case' and k.id = m.record_id
      left join incidents_incident i on m.record_kind = 'incident' and i.id = m.record_id
     where coalesce(k.id, i.id) is not null
       and coalesce(k.compartment_id, i.compartment_id) <> all (excluded_compartments())
     order by m.record_id;
  if not found then
    return query select true, null::text, null::uuid, null::uuid, null::uuid;
  end if;
end $$;
create index if not exists entities_mention_key on entities_mention (org_id, key) where ended_at is null;

alter function break_glass_try(text, uuid) owner to longwatch_search;
alter function sealed_match(text[], uuid) owner to longwatch_search;

-- Looking at evidence through broken glass still enters the chain of custody, as looking and as nothing else.
drop policy if exists looks on evidence_custody_event;
create policy looks on evidence_custody_event for insert to longwatch_app
  with check (compartment_id = any ((select visible_compartments())::uuid[]) and kind in ('viewed', 'downloaded')
              and actor_id = (select current_account()));
