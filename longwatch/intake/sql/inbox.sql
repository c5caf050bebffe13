-- One page of the inbox, or of the signals in any state, when words, a place or an entity are asked for: lookups that
-- row security would turn into scans. All that narrows the list is in here, so that a page is whole however common a
-- word is among what was judged.

-- force_custom_plan: what was not asked for folds away, and the plan suits how common the word is and whether the
-- newest or the severest come first. Applies the compartment test itself. work_mem: as in newest.sql.

drop function if exists intake_inbox_found(
  text, text[], uuid, text, uuid, smallint[], text, uuid, boolean, timestamptz, timestamptz, timestamptz, uuid,
  boolean, smallint, timestamptz, uuid, int);

create or replace function intake_inbox_found(
  words text, place_words text[], entity uuid, state text, statuses text[], source uuid, severities smallint[],
  kinds text[], person uuid, nobody boolean, since timestamptz, until timestamptz, at timestamptz,
  one uuid, severest boolean, before_severity smallint, before_seen timestamptz, before_id uuid, lim int
) returns setof uuid
  language plpgsql stable security definer
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
  set enable_indexscan = on set enable_seqscan = on set work_mem = '32MB' as $$
declare
  inside uuid[] := visible_compartments();
  by_index uuid[] := inside;
  organisation uuid := current_org();
  wanted tsquery := websearch_to_tsquery('simple', coalesce(words, ''))
    && websearch_to_tsquery('simple', coalesce(array_to_string(place_words, ' '), ''));
  looked_up boolean := words is not null or place_words is not null;
  from_at timestamptz := coalesce(since, '-infinity');
  to_at timestamptz := least(until, case when not severest then before_seen end, 'infinity');
  ends timestamptz[] := array[from_at];
  end_at timestamptz;
  at_once boolean := false;
  left_over int := lim;
  now_found int;
begin
  -- What is common is sought window by window, the newest first (newest.sql); what turns out to be rare, at once.
  if (looked_up or entity is not null) and not severest and one is null and not intake_sees_few(inside) then
    ends := intake_window_ends(from_at, to_at);
    by_index := null;
    -- Walking the newest, or everything, would be a bet on how evenly words are spread. Both are allowed again when this function ends.
    perform set_config('enable_indexscan', 'off', true), set_config('enable_seqscan', 'off', true);
  end if;
  foreach end_at in array ends loop
    continue when at_once and end_at <> from_at;
    return query
      select s.id from intake_signal s
       -- "is true": looked at in the rows. By index it helps readers of little, and costs the others a whole window.
       where s.org_id = organisation and (s.compartment_id = any (inside)) is true
         and (by_index is null or s.compartment_id = any (by_index))
         and (not looked_up or s.tsv @@ wanted)
         and (entity is null or s.entity_ids @> array[entity])
         and (place_words is null or not exists (
               select from unnest(place_words) as word where position(upper(word) in upper(s.place)) = 0))
         and (state in ('judged', 'any') or s.status in ('new', 'acknowledged'))
         and (state <> 'judged' or s.status not in ('new', 'acknowledged'))
         and (state not in ('open', 'snoozed') or s.suppression_id is null)
         and (state <> 'quiet' or s.suppression_id is not null)
         and (state <> 'open' or s.snoozed_until is null or s.snoozed_until <= at)
         and (state <> 'snoozed' or s.snoozed_until > at)
         and (statuses is null or s.status = any (statuses))
         and (source is null or s.source_id = source)
         and (severities is null or s.severity = any (severities))
         and (kinds is null or s.kind = any (kinds))
         and (person is null or s.assignee_id = person)
         and (not nobody or s.assignee_id is null)
         and s.first_seen >= end_at and s.first_seen <= to_at
         and (until is null or s.first_seen < until)
         and (one is null or s.id = one)
         and (before_id is null or severest or (s.first_seen, s.id) < (before_seen, before_id))
         and (before_id is null or not severest
              or (s.severity, s.first_seen, s.id) < (before_severity, before_seen, before_id))
       order by case when severest then s.severity end desc, s.first_seen desc, s.id desc
       limit left_over;
    get diagnostics now_found = row_count;
    left_over := left_over - now_found;
    exit when left_over <= 0;
    at_once := at_once or end_at = ends[1] and cardinality(ends) > 2
      and not intake_holds_many(case when looked_up then wanted end, entity, inside, organisation);
    to_at := end_at - interval '1 microsecond';
  end loop;
end $$;

alter function intake_inbox_found(
  text, text[], uuid, text, text[], uuid, smallint[], text[], uuid, boolean, timestamptz, timestamptz, timestamptz,
  uuid, boolean, smallint, timestamptz, uuid, int) owner to longwatch_search;
