-- Lookups by GIN index, which row security would turn into scans. Each applies the compartment test itself.

-- plpgsql with force_custom_plan on purpose: each call is planned with its values, because the right plan depends on
-- how common the word or the entity is and on how much the reader may see.

create or replace function intake_signals_matching(q text, lim int) returns setof uuid
  language plpgsql stable security definer
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  words tsquery := websearch_to_tsquery('simple', q);
  inside uuid[] := visible_compartments();
  organisation uuid := current_org();
begin
  return query
    select s.id from intake_signal s
     where s.tsv @@ words and s.org_id = organisation and s.compartment_id = any (inside)
     order by s.first_seen desc, s.id desc limit lim;
end $$;

create or replace function intake_signals_with_entity(entity uuid, lim int) returns setof uuid
  language plpgsql stable security definer
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  inside uuid[] := visible_compartments();
  organisation uuid := current_org();
begin
  return query
    select s.id from intake_signal s
     where s.entity_ids @> array[entity] and s.org_id = organisation and s.compartment_id = any (inside)
     order by s.first_seen desc, s.id desc limit lim;
end $$;

alter function intake_signals_matching(text, int) owner to longwatch_search;
alter function intake_signals_with_entity(uuid, int) owner to longwatch_search;
