-- The newest signals that hold the words or name the entity (null: either), between two moments. What many signals
-- hold is soon found by walking the newest of each compartment, however little the reader sees; what few hold, by the
-- index of words or entities. Neither knows beforehand which it is, so each looks at so many and no more.

-- Not security definers on purpose: they are told what lies inside, and who calls them by themselves stands before row
-- security.

create or replace function intake_with_walked(
  words tsquery, entity uuid, inside uuid[], from_at timestamptz, to_at timestamptz, to_id uuid, most int, looked_at int
) returns table (id uuid, at timestamptz, complete boolean) language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
  return query
  with walked as materialized (
    select c.id as place, s.id, s.first_seen from unnest(inside) as c (id) cross join lateral (
      select r.id, r.first_seen from (
        select g.* from intake_signal g
         where g.compartment_id = c.id and g.first_seen >= from_at and (g.first_seen, g.id) < (to_at, to_id)
         order by g.first_seen desc, g.id desc limit looked_at) r
       where (words is null or r.tsv @@ words) and (entity is null or r.entity_ids @> array[entity])
       order by r.first_seen desc, r.id desc limit most) s),
  -- Where the walk ended early there may be more: only what is newer than its end is certain.
  ends as (
    select max(l.first_seen) as at from unnest(inside) as c (id) cross join lateral (
      select g.first_seen from intake_signal g
       where g.compartment_id = c.id and g.first_seen >= from_at and (g.first_seen, g.id) < (to_at, to_id)
       order by g.first_seen desc, g.id desc offset looked_at - 1 limit 1) l
     where (select count(*) from walked w where w.place = c.id) < most)
  select w.id, w.first_seen, (select e.at is null or count(*) filter (where n.first_seen > e.at) >= most
                                from ends e left join walked n on true group by e.at)
    from walked w order by w.first_seen desc, w.id desc limit most;
end $$;

create or replace function intake_with_some(
  words tsquery, entity uuid, inside uuid[], organisation uuid, from_at timestamptz, to_at timestamptz, to_id uuid,
  most int
) returns table (id uuid, at timestamptz) language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
  set enable_seqscan = off set enable_indexscan = off as $$
begin
  return query
    select s.id, s.first_seen from intake_signal s
     where (words is null or s.tsv @@ words) and (entity is null or s.entity_ids @> array[entity])
       and s.org_id = organisation and s.compartment_id = any (inside)
       and s.first_seen >= from_at and (s.first_seen, s.id) < (to_at, to_id) limit most;
end $$;

-- What is common among old signals and absent from the newest is found by neither: walking would read all between, and
-- the index of words would fetch and sort every old match. So one looks back window by window, each as far as it is
-- long, until there are enough: the index of moments and that of words together tell what a window holds, and only
-- that is fetched. Where windows end changes how long it takes, never what is found.

-- Where the windows end, the newest first: moments between two others, the first windows short. Signals lie in their
-- table nearly as they came, so a look at a block tells how far back that share of them reaches.
create or replace function intake_window_ends(from_at timestamptz, to_at timestamptz) returns timestamptz[]
  language plpgsql stable set search_path = public, pg_temp set enable_seqscan = off as $$
declare
  blocks constant bigint := pg_relation_size('intake_signal') / current_setting('block_size')::int;
  share float8 := 0.02;
  block bigint;
  moment timestamptz;
  ends timestamptz[] := '{}';
begin
  while share < 1 loop
    block := floor(blocks * (1 - share));
    select max(b.first_seen) into moment
      from (select g.first_seen from intake_signal g
             where g.ctid >= format('(%s,0)', block)::tid and g.ctid < format('(%s,0)', block + 1)::tid offset 0) b;
    ends := ends || moment;
    share := share * 1.5;
  end loop;
  return array(select distinct e from unnest(ends) e where e > from_at and e < to_at order by e desc) || from_at;
end $$;

-- Whether the reader sees so few signals that looking at all of them is quicker than in windows.
create or replace function intake_sees_few(inside uuid[]) returns boolean language sql stable
  set search_path = public, pg_temp as $$
  select count(*) < 30000 from (select from intake_signal g where g.compartment_id = any (inside) limit 30000) s
$$;

-- Whether so many signals hold the words and name the entity (null: whatever) that they are better sought in windows.
create or replace function intake_holds_many(words tsquery, entity uuid, inside uuid[], organisation uuid)
  returns boolean language plpgsql stable set search_path = public, pg_temp as $$
begin
  return (
    select count(*) >= 400 from intake_with_some(
      words, entity, inside, organisation, '-infinity', 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 400) s);
end $$;

-- work_mem: with less, what a common word is found in is remembered by whole blocks, and each of their rows is read.
create or replace function intake_with_between(
  words tsquery, entity uuid, inside uuid[], organisation uuid, from_at timestamptz, to_at timestamptz, to_id uuid,
  most int
) returns table (id uuid, at timestamptz) language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
  set enable_seqscan = off set enable_indexscan = off set work_mem = '32MB' as $$
begin
  return query
    select s.id, s.first_seen from intake_signal s
     where (words is null or s.tsv @@ words) and (entity is null or s.entity_ids @> array[entity])
       -- "is true": looked at in the rows, because a third index would cost all that the window holds again.
       and s.org_id = organisation and (s.compartment_id = any (inside)) is true
       and s.first_seen >= from_at and s.first_seen <= to_at and (s.first_seen, s.id) < (to_at, to_id)
     order by s.first_seen desc, s.id desc limit most;
end $$;

create or replace function intake_looking_back(
  words tsquery, entity uuid, inside uuid[], organisation uuid, from_at timestamptz, to_at timestamptz, to_id uuid,
  most int
) returns table (id uuid, at timestamptz) language plpgsql stable set search_path = public, pg_temp as $$
declare
  ends timestamptz[] := intake_window_ends(from_at, to_at);
  until_at timestamptz := to_at;
  until_id uuid := to_id;
  found_now int;
  left_over int := most;
  moment timestamptz;
begin
  foreach moment in array ends loop
    return query select f.id, f.at
      from intake_with_between(words, entity, inside, organisation, moment, until_at, until_id, left_over) f;
    get diagnostics found_now = row_count;
    left_over := left_over - found_now;
    exit when left_over <= 0;
    -- Everything of that very moment was looked at.
    until_at := moment;
    until_id := '00000000-0000-0000-0000-000000000000';
  end loop;
end $$;

create or replace function intake_newest_with(
  words tsquery, entity uuid, inside uuid[], organisation uuid, from_at timestamptz, to_at timestamptz, to_id uuid,
  most int
) returns table (id uuid, at timestamptz) language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  enough constant int := 1500;
  places uuid[] := intake_places(inside);
  few constant int := 4;
  step text;
  ids uuid[];
  moments timestamptz[];
  sure boolean;
begin
  -- What a glance at the newest shows some of is soon found by a longer walk; what it shows none of, by the index, when
  -- there is little of it. What is common, but not lately, is looked for further back.
  foreach step in array array['glance', 'walk', 'index'] loop
    continue when step = 'walk' and cardinality(ids) < few;
    exit when step = 'index' and cardinality(ids) >= few;
    if step = 'index' then
      select array_agg(f.id), array_agg(f.at), count(*) < enough into ids, moments, sure
        from intake_with_some(words, entity, inside, organisation, from_at, to_at, to_id, enough) f;
    else
      select coalesce(array_agg(f.id), '{}'), array_agg(f.at), coalesce(bool_and(f.complete), false)
        into ids, moments, sure
        from intake_with_walked(words, entity, places, from_at, to_at, to_id, most,
                                case step when 'walk' then 15000 else 1500 end / greatest(3, cardinality(places))) f;
    end if;
    if sure then
      return query select f.id, f.at from unnest(ids, moments) as f (id, at) order by f.at desc, f.id desc limit most;
      return;
    end if;
  end loop;
  if intake_sees_few(inside) then
    return query
      select s.id, s.first_seen from intake_signal s
       where (words is null or s.tsv @@ words) and (entity is null or s.entity_ids @> array[entity])
         and s.org_id = organisation and s.compartment_id = any (inside)
         and s.first_seen >= from_at and (s.first_seen, s.id) < (to_at, to_id)
       order by s.first_seen desc, s.id desc limit most;
    return;
  end if;
  return query
    select f.id, f.at from intake_looking_back(words, entity, inside, organisation, from_at, to_at, to_id, most) f
     order by f.at desc, f.id desc;
end $$;

-- What was judged, newest first, also when what is open lies above it.
create index if not exists intake_signal_judged on intake_signal (org_id, first_seen desc, id desc)
  where status not in ('new', 'acknowledged');
