-- Lookups by GIN index, which row security would turn into scans. Each applies the compartment test itself.

create or replace function intake_signals_matching(q text, lim int) returns setof uuid
  language sql stable security definer
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
  select s.id from intake_signal s
   where s.tsv @@ websearch_to_tsquery('simple', q) and s.org_id = (select current_org())
     and s.compartment_id = any ((select visible_compartments())::uuid[])
   order by s.first_seen desc, s.id desc limit lim
$$;

create or replace function intake_signals_with_entity(entity uuid, lim int) returns setof uuid
  language sql stable security definer
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
  select s.id from intake_signal s
   where s.entity_ids @> array[entity] and s.compartment_id = any ((select visible_compartments())::uuid[])
   order by s.first_seen desc, s.id desc limit lim
$$;

alter function intake_signals_matching(text, int) owner to longwatch_search;
alter function intake_signals_with_entity(uuid, int) owner to longwatch_search;
