-- One page of the inbox, or of the signals in any state, when words, a place or an entity are asked for: lookups that
-- row security would turn into scans. All that narrows the list is in here, so that a page is whole however common a
-- word is among what was judged.

-- force_custom_plan: what was not asked for folds away, and the plan suits how common the word is and whether the
-- newest or the severest come first. Applies the compartment test itself.

drop function if exists intake_inbox_found(
  text, text[], uuid, text, uuid, smallint[], text, uuid, boolean, timestamptz, timestamptz, timestamptz, uuid,
  boolean, smallint, timestamptz, uuid, int);

create or replace function intake_inbox_found(
  words text, place_words text[], entity uuid, state text, statuses text[], source uuid, severities smallint[],
  kinds text[], person uuid, nobody boolean, since timestamptz, until timestamptz, at timestamptz,
  one uuid, severest boolean, before_severity smallint, before_seen timestamptz, before_id uuid, lim int
) returns setof uuid
  language plpgsql stable security definer
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  inside uuid[] := visible_compartments();
  organisation uuid := current_org();
  wanted tsquery := websearch_to_tsquery('simple', coalesce(words, ''))
    && websearch_to_tsquery('simple', coalesce(array_to_string(place_words, ' '), ''));
  looked_up boolean := words is not null or place_words is not null;
begin
  return query
    select s.id from intake_signal s
     where s.org_id = organisation and s.compartment_id = any (inside)
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
       and (since is null or s.first_seen >= since)
       and (until is null or s.first_seen < until)
       and (one is null or s.id = one)
       and (before_id is null or severest or (s.first_seen, s.id) < (before_seen, before_id))
       and (before_id is null or not severest
            or (s.severity, s.first_seen, s.id) < (before_severity, before_seen, before_id))
     order by case when severest then s.severity end desc, s.first_seen desc, s.id desc
     limit lim;
end $$;

alter function intake_inbox_found(
  text, text[], uuid, text, text[], uuid, smallint[], text[], uuid, boolean, timestamptz, timestamptz, timestamptz,
  uuid, boolean, smallint, timestamptz, uuid, int) owner to longwatch_search;
