-- Searching past row security. GIN indexes cannot be used under it, so these functions belong to longwatch_search,
-- whose policies let it read everything, and apply the same test themselves: `compartment_id = any (inside)` in every
-- branch is the only wall here. tests/search holds it, also against a planted function that forgets it.

-- plpgsql with force_custom_plan on purpose: plans depend on how common the words are, so each call is planned with
-- its values, on every PostgreSQL from 15 on.

-- Indexes that branches walk, newest first, until the page is full.
create index if not exists records_timeline_newest on records_timeline_entry (org_id, recorded_at desc, id desc);
create index if not exists entities_mention_newest on entities_mention (org_id, added_at desc, id desc);
create index if not exists evidence_exhibit_newest on evidence_exhibit (org_id, received_at desc, id desc);
create index if not exists records_task_newest on records_task (org_id, created_at desc, id desc);
create index if not exists records_task_words on records_task using gin (to_tsvector('simple', title));

-- The words of a search box: as on the web (quotes, or, minus), the last word also as a beginning.
create or replace function search_words(q text) returns tsquery language plpgsql immutable parallel safe
  set search_path = public, pg_temp as $$
declare
  typed text := regexp_replace(q, '\s+$', '');
  last_word text := substring(typed from '\S+$');
  before text := left(typed, length(typed) - length(coalesce(last_word, '')));
  beginning tsquery := websearch_to_tsquery('simple', coalesce(last_word, ''));
begin
  if typed is null or last_word is null or length(last_word) < 2 or typed <> q or last_word ~ '^-|["]' or before ~ '"'
     or lower(last_word) in ('or', 'and') or numnode(beginning) = 0 then
    return websearch_to_tsquery('simple', coalesce(q, ''));
  end if;
  beginning := (beginning::text || ':*')::tsquery;
  if numnode(websearch_to_tsquery('simple', before)) = 0 then
    return beginning;
  end if;
  if before ~* '\sor\s+$' then
    return websearch_to_tsquery('simple', regexp_replace(before, '\sor\s+$', '', 'i')) || beginning;
  end if;
  return websearch_to_tsquery('simple', before) && beginning;
end $$;

-- One page of everything that holds the words, newest first. `wanted`: kinds of results; `allowed`: kinds of records
-- the actor's role opens at all (a compartment alone does not). Marks stand between U+E000 and U+E001.
create or replace function search_everything(
  q text, wanted text[], allowed text[], since timestamptz, before_at timestamptz, before_id uuid, most int
) returns table (kind text, id uuid, record_kind text, record_id uuid, at timestamptz, title text, snippet text)
  language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  words tsquery := search_words(q);
  inside uuid[] := visible_compartments();
  organisation uuid := current_org();
  from_at timestamptz := coalesce(since, '-infinity');
  to_at timestamptz := coalesce(before_at, 'infinity');
  to_id uuid := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  whole constant text := U&'HighlightAll=true, StartSel=\E000, StopSel=\E001';
  signals uuid[];
  part constant text := U&'MaxWords=34, MinWords=14, ShortWord=0, MaxFragments=2, FragmentDelimiter=" … ", StartSel=\E000, StopSel=\E001';
begin
  if numnode(words) = 0 or organisation is null then
    return;
  end if;
  if 'signal' = any (wanted) and 'signal' = any (allowed) then
    signals := array(select f.id from intake_newest_with(words, null, inside, organisation, from_at, to_at, to_id, most) f);
  end if;
  return query
  with found as (
    (select 'signal' as kind, s.id, 'signal' as record_kind, s.id as record_id, s.first_seen as at, s.title as title,
            concat_ws(' · ', nullif(s.description, ''), nullif(s.place, ''), nullif(s.rule, ''),
              (select string_agg(e->>'value', ', ') from jsonb_array_elements(s.entities) e)) as body
       from intake_signal s
      -- Found inside by intake_newest_with, which tests/intake/test_lookups.py holds to it.
      where s.id = any (signals))
    union all
    (select 'incident', i.id, 'incident', i.id, i.opened_at, i.title,
            concat_ws(' · ', nullif(i.place, ''), nullif(i.summary, ''), nullif(i.closing_summary, ''))
       from incidents_incident i
      where 'incident' = any (wanted) and 'incident' = any (allowed) and i.org_id = organisation and i.tsv @@ words
        and i.compartment_id = any (inside)
        and i.opened_at >= from_at and (i.opened_at, i.id) < (to_at, to_id)
      order by i.opened_at desc, i.id desc limit most)
    union all
    (select 'case', c.id, 'case', c.id, c.opened_at, c.title,
            concat_ws(' · ', nullif(c.summary, ''), nullif(c.findings, ''), nullif(c.root_cause, ''),
              nullif(c.actions_taken, ''), nullif(c.remediation, ''), nullif(c.lessons_learned, ''),
              nullif(c.prevention, ''))
       from cases_case c
      where 'case' = any (wanted) and 'case' = any (allowed) and c.org_id = organisation and c.tsv @@ words
        and c.compartment_id = any (inside)
        and c.opened_at >= from_at and (c.opened_at, c.id) < (to_at, to_id)
      order by c.opened_at desc, c.id desc limit most)
    union all
    (select 'note', t.id, t.record_kind, t.record_id, t.recorded_at, '', t.text
       from records_timeline_entry t
      where 'note' = any (wanted) and t.record_kind = any (allowed) and t.org_id = organisation and t.tsv @@ words
        and t.compartment_id = any (inside)
        and t.recorded_at >= from_at and (t.recorded_at, t.id) < (to_at, to_id)
        and not exists (select 1 from records_timeline_entry n where n.corrects_id = t.id)
      order by t.recorded_at desc, t.id desc limit most)
    union all
    (select 'task', k.id, k.record_kind, k.record_id, k.created_at, k.title, k.resolution
       from records_task k
      where 'task' = any (wanted) and k.record_kind = any (allowed) and k.org_id = organisation
        and to_tsvector('simple', k.title) @@ words
        and k.compartment_id = any (inside)
        and k.created_at >= from_at and (k.created_at, k.id) < (to_at, to_id)
      order by k.created_at desc, k.id desc limit most)
    union all
    -- An entity once: its newest mention that the reader may see and that holds the words.
    (select 'entity', m.entity_id, m.record_kind, m.record_id, m.added_at, m.value, m.note
       from entities_mention m
      where 'entity' = any (wanted) and m.record_kind = any (allowed) and m.org_id = organisation and m.tsv @@ words
        and m.compartment_id = any (inside)
        and m.ended_at is null
        and m.added_at >= from_at and (m.added_at, m.entity_id) < (to_at, to_id)
        and not exists (select 1 from entities_mention n
          where n.entity_id = m.entity_id and (n.added_at, n.id) > (m.added_at, m.id) and n.ended_at is null
            and n.record_kind = any (allowed) and n.compartment_id = any (inside) and n.tsv @@ words)
      order by m.added_at desc, m.entity_id desc limit most)
    union all
    (select 'exhibit', x.id, x.record_kind, x.record_id, x.received_at, x.name, x.note
       from evidence_exhibit x
      where 'exhibit' = any (wanted) and x.record_kind = any (allowed) and x.org_id = organisation and x.tsv @@ words
        and x.compartment_id = any (inside)
        and x.received_at >= from_at and (x.received_at, x.id) < (to_at, to_id)
      order by x.received_at desc, x.id desc limit most)
    union all
    (select 'finding', f.id, 'case', f.case_id, f.added_at, f.text, f.reasoning
       from cases_finding f
      where 'finding' = any (wanted) and 'case' = any (allowed) and f.org_id = organisation and f.tsv @@ words
        and f.compartment_id = any (inside)
        and f.added_at >= from_at and (f.added_at, f.id) < (to_at, to_id)
      order by f.added_at desc, f.id desc limit most)
    union all
    (select 'decision', d.id, 'case', d.case_id, d.recorded_at, d.what, concat_ws(' · ', nullif(d.why, ''), nullif(d.alternatives, ''))
       from cases_decision d
      where 'decision' = any (wanted) and 'case' = any (allowed) and d.org_id = organisation and d.tsv @@ words
        and d.compartment_id = any (inside)
        and d.recorded_at >= from_at and (d.recorded_at, d.id) < (to_at, to_id)
      order by d.recorded_at desc, d.id desc limit most)
  ), page as (
    select * from found f order by f.at desc, f.id desc limit most
  )
  select p.kind, p.id, p.record_kind::text, p.record_id, p.at,
         ts_headline('simple', translate(p.title, U&'\E000\E001', ''), words, whole),
         ts_headline('simple', left(translate(p.body, U&'\E000\E001', ''), 20000), words, part)
    from page p order by p.at desc, p.id desc;
end $$;

-- In what each entity was seen, as far as the reader may see: how often, with which outcome, from when to when, and
-- the newest few. At most `most` of a kind are counted, so that an address seen a million times costs no more; `more`
-- says that there may be more than that, and then nobody knows the first.
drop function if exists search_sightings(uuid[], text[], uuid[], int);
create function search_sightings(entities uuid[], allowed text[], without uuid[], most int)
  returns table (entity uuid, kind text, outcome text, n int, more boolean, first_at timestamptz, last_at timestamptz,
                 newest uuid[])
  language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  inside uuid[] := visible_compartments();
begin
  if 'signal' = any (allowed) then
    return query
    select s.entity, 'signal', s.outcome, s.n, s.more, s.first_at, s.last_at, s.newest
      from intake_sightings(entities, without, most) s;
  end if;
  if 'incident' = any (allowed) then
    return query
    select e.id, 'incident', s.outcome::text, count(*)::int, sum(count(*)) over (partition by e.id) >= most, min(s.at),
           max(s.at), (array_agg(s.id order by s.at desc, s.id desc))[1:5]
      from unnest(entities) as e (id) cross join lateral (
        select distinct i.id, i.opened_at as at,
               case when i.status in ('closed', 'merged') then i.status else 'open' end as outcome
          from entities_mention m join incidents_incident i on i.id = m.record_id
         where m.entity_id = e.id and m.record_kind = 'incident' and m.ended_at is null
           and m.compartment_id = any (inside) and i.compartment_id = any (inside) and i.id <> all (without)
         order by i.opened_at desc, i.id desc limit most) s
     group by e.id, s.outcome;
  end if;
  if 'case' = any (allowed) then
    return query
    select e.id, 'case', s.outcome::text, count(*)::int, sum(count(*)) over (partition by e.id) >= most, min(s.at),
           max(s.at), (array_agg(s.id order by s.at desc, s.id desc))[1:5]
      from unnest(entities) as e (id) cross join lateral (
        select distinct c.id, c.opened_at as at, case when c.status = 'closed' then 'closed' else 'open' end as outcome
          from entities_mention m join cases_case c on c.id = m.record_id
         where m.entity_id = e.id and m.record_kind = 'case' and m.ended_at is null
           and m.compartment_id = any (inside) and c.compartment_id = any (inside) and c.id <> all (without)
         order by c.opened_at desc, c.id desc limit most) s
     group by e.id, s.outcome;
  end if;
end $$;

-- One page of the signals that name an entity, newest first.
create or replace function search_signals_naming(entity uuid, before_at timestamptz, before_id uuid, most int)
  returns table (id uuid, at timestamptz)
  language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  inside uuid[] := visible_compartments();
  organisation uuid := current_org();
  to_at timestamptz := coalesce(before_at, 'infinity');
  to_id uuid := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  return query select f.id, f.at from intake_newest_with(null, entity, inside, organisation, '-infinity', to_at, to_id, most) f;
end $$;

-- One page of the entities that records name, the newest mention first, each once.
create or replace function search_entities(
  q text, kinds text[], allowed text[], before_at timestamptz, before_id uuid, most int
) returns table (entity uuid, kind text, value text, at timestamptz, mentions int)
  language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  words tsquery := search_words(q);
  every boolean := numnode(words) = 0;
  inside uuid[] := visible_compartments();
  organisation uuid := current_org();
  to_at timestamptz := coalesce(before_at, 'infinity');
  to_id uuid := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  return query
    select m.entity_id, m.kind::text, m.value::text, m.added_at,
           (select count(distinct a.record_id)::int from (
              select r.record_id from entities_mention r
               where r.entity_id = m.entity_id and r.ended_at is null and r.record_kind = any (allowed)
                 and r.compartment_id = any (inside) limit 1000) a)
      from entities_mention m
     where m.org_id = organisation and m.compartment_id = any (inside) and m.ended_at is null
       and m.record_kind = any (allowed) and (every or m.tsv @@ words)
       and (cardinality(kinds) = 0 or m.kind = any (kinds))
       and (m.added_at, m.entity_id) < (to_at, to_id)
       and not exists (select 1 from entities_mention n
         where n.entity_id = m.entity_id and (n.added_at, n.id) > (m.added_at, m.id) and n.ended_at is null
           and n.record_kind = any (allowed) and n.compartment_id = any (inside) and (every or n.tsv @@ words))
     order by m.added_at desc, m.entity_id desc limit most;
end $$;

alter function search_everything(text, text[], text[], timestamptz, timestamptz, uuid, int) owner to longwatch_search;
alter function search_sightings(uuid[], text[], uuid[], int) owner to longwatch_search;
alter function search_signals_naming(uuid, timestamptz, uuid, int) owner to longwatch_search;
alter function search_entities(text, text[], text[], timestamptz, uuid, int) owner to longwatch_search;
