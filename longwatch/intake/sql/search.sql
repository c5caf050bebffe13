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

-- Where signals name entities, for every place that asks: "was this reported before?", the six questions, a signal's
-- page. Bounded, so that neither an address seen a million times nor a flood of other alerts makes anybody wait:
-- a look at the index of entities tells who is rare, and those are known completely; of the others only the newest
-- signals of each compartment are walked. One look for all of them, because each costs the index's pending list.

do $$ begin
  create type intake_naming as (
    entity uuid, signal uuid, first_seen timestamptz, last_seen timestamptz, outcome text);
exception when duplicate_object then null;
end $$;

create or replace function intake_outcome(status text, dismiss_reason text) returns text
  language sql immutable parallel safe as $$
  select case when status = 'dismissed' and dismiss_reason = 'duplicate' then 'duplicate'
              when status in ('new', 'acknowledged') then 'open' else status end
$$;

-- The compartments that hold signals at all: a reader of two hundred cases walks through no more for them.
create or replace function intake_places(inside uuid[]) returns uuid[] language sql stable
  set search_path = public, pg_temp as $$
  select coalesce(array_agg(c.id), '{}') from unnest(inside) as c (id)
   where exists (select 1 from intake_signal g where g.compartment_id = c.id)
$$;

-- The next two are not security definers on purpose: who calls them by themselves stands before row security.

-- Some signals that name any of the wanted, in no order. Never by walking past those that name others.
create or replace function intake_naming_some(wanted uuid[], inside uuid[], organisation uuid, without uuid[], most int)
  returns setof intake_naming language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
  set enable_seqscan = off set enable_indexscan = off as $$
begin
  return query
    select w.entity, s.id, s.first_seen, s.last_seen, intake_outcome(s.status, s.dismiss_reason)
      from (select g.* from intake_signal g
             where g.org_id = organisation and g.entity_ids && wanted and g.compartment_id = any (inside)
               and g.id <> all (without) limit most) s
      join lateral unnest(wanted) as w (entity) on w.entity = any (s.entity_ids);
end $$;

-- Those among the newest signals of each compartment that name any of the wanted.
create or replace function intake_naming_newest(wanted uuid[], inside uuid[], without uuid[], looked_at int)
  returns setof intake_naming language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
  return query
    select w.entity, s.id, s.first_seen, s.last_seen, intake_outcome(s.status, s.dismiss_reason)
      from unnest(inside) as c (id)
     cross join lateral (
        select g.* from intake_signal g where g.compartment_id = c.id
         order by g.first_seen desc, g.id desc limit looked_at / greatest(1, cardinality(inside))) s
      join lateral unnest(wanted) as w (entity) on w.entity = any (s.entity_ids)
     where s.entity_ids && wanted and s.id <> all (without);
end $$;

-- For each entity and outcome: how many signals name it, from when to when, and the newest five. `more`: the entity
-- has more than were looked at, so that its numbers are "or more", and nobody knows the first. At most `most` count.
create or replace function intake_sightings(entities uuid[], without uuid[], most int)
  returns table (entity uuid, outcome text, n int, more boolean, first_at timestamptz, last_at timestamptz,
                 newest uuid[])
  language plpgsql stable security definer
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  few constant int := 5;
  turns constant int := 3;
  inside uuid[] := visible_compartments();
  organisation uuid := current_org();
  places uuid[] := intake_places(inside);
  wanted uuid[] := array(select distinct e from unnest(entities[1:100]) e);
  rest uuid[];
  common uuid[];
  late uuid[];
  found intake_naming[];
  hits intake_naming[];
begin
  -- A glance at the newest signals tells who may be very common; their count is certain after a longer walk.
  found := array(select h from intake_naming_newest(wanted, places, without, 900) h);
  late := array(select h.entity from unnest(found) h group by h.entity having count(*) >= few);
  if late <> '{}' then
    found := array(select h from intake_naming_newest(late, places, without, 4500) h);
  end if;
  hits := found;
  common := array(select h.entity from unnest(found) h group by h.entity having count(*) >= most);
  rest := array(select e from unnest(wanted) e where e <> all (common));
  for turn in 1 .. turns loop
    exit when rest = '{}';
    found := array(select h from intake_naming_some(rest, inside, organisation, without, most * cardinality(rest)) h);
    hits := hits || found;
    exit when (select count(distinct h.signal) from unnest(found) h) < most * cardinality(rest);
    common := common || array(select h.entity from unnest(found) h group by h.entity
                              having turn = turns or count(*) >= most);
    rest := array(select e from unnest(rest) e where e <> all (common));
  end loop;
  -- Common, but not lately, or not for somebody who may see little: the newest of as many as can be looked at.
  rest := array(select e from unnest(common) e where e <> all (late));
  if rest <> '{}' then
    hits := hits || array(select h from intake_naming_newest(rest, places, without, 4500) h)
                 || array(select h from intake_naming_some(rest, inside, organisation, without, 3000) h);
  end if;
  return query
  with counted as (
    select h.*, row_number() over (partition by h.entity order by h.first_seen desc, h.signal desc) as number,
           h.entity = any (common) or count(*) over (partition by h.entity) > most as more
      from (select distinct (u).* from unnest(hits) u) h)
  select h.entity, h.outcome, count(*)::int, h.more, case when not h.more then min(h.first_seen) end, max(h.last_seen),
         (array_agg(h.signal order by h.first_seen desc, h.signal desc))[1:few]
    from counted h where h.number <= most
   group by h.entity, h.outcome, h.more;
end $$;

alter function intake_signals_matching(text, int) owner to longwatch_search;
alter function intake_signals_with_entity(uuid, int) owner to longwatch_search;
alter function intake_sightings(uuid[], uuid[], int) owner to longwatch_search;
