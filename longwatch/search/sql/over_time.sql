-- When entities were seen, as far as the reader may see: of the records that came last, `most` of each kind, each once
-- however many of the entities it names. A signal stands where it happened, an incident or a case where it was opened.
-- The test of row security is made here, as in search.sql.
create or replace function search_sightings_over_time(entities uuid[], allowed text[], most int)
  returns table (kind text, record uuid, at timestamptz)
  language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  inside uuid[] := visible_compartments();
  organisation uuid := current_org();
  wanted uuid[] := entities[1:60];
begin
  if 'signal' = any (allowed) then
    return query
    select 'signal', s.id, s.occurred_at from (
      select distinct n.id, n.at from unnest(wanted) as e (id) cross join lateral intake_newest_with(
        null, e.id, inside, organisation, '-infinity', 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', most) n
       order by n.at desc, n.id desc limit most) f
      join intake_signal s on s.id = f.id;
  end if;
  if 'incident' = any (allowed) then
    return query
    select distinct 'incident', i.id, i.opened_at from entities_mention m join incidents_incident i on i.id = m.record_id
     where m.entity_id = any (wanted) and m.record_kind = 'incident' and m.ended_at is null
       and m.compartment_id = any (inside) and i.compartment_id = any (inside)
     order by 3 desc, 2 desc limit most;
  end if;
  if 'case' = any (allowed) then
    return query
    select distinct 'case', c.id, c.opened_at from entities_mention m join cases_case c on c.id = m.record_id
     where m.entity_id = any (wanted) and m.record_kind = 'case' and m.ended_at is null
       and m.compartment_id = any (inside) and c.compartment_id = any (inside)
     order by 3 desc, 2 desc limit most;
  end if;
end $$;
alter function search_sightings_over_time(uuid[], text[], int) owner to longwatch_search;
