-- Signals that never joined a record, and one person who goes from a record that stays.

-- Which dismissed signals of a compartment are due: never part of a record, under no hold, not gone yet, not proposed.
create or replace function lifecycle_lone_signals(spot uuid, before timestamptz, most int) returns setof intake_signal
  language sql stable as $$
  select s.* from intake_signal s
   where s.compartment_id = spot and s.status = 'dismissed' and s.closed_at < before and lifecycle_is_alone(s.id)
     and s.id not in (select unnest(d.signals) from lifecycle_disposal d
                       where d.record_kind = 'signal' and d.org_id = s.org_id and d.status in ('proposed', 'approved', 'running'))
     and not exists (select from ledger_entry e where e.subject_id = s.id and e.action = 'erasure.performed')
     and not lifecycle_covers(s.id)
   order by s.closed_at, s.id limit most
$$;

-- Bodies that nothing could be read from, or not before they were read again: due as long after they came.
create or replace function lifecycle_old_bodies(spot uuid, before timestamptz, most int) returns table (id uuid, at timestamptz)
  language plpgsql stable as $$
#variable_conflict use_column
begin
  return query select t.id, t.at from intake_delivery t
   where t.compartment_id = spot and t.state in ('failed', 'replayed') and t.at < before and octet_length(t.raw) > 0
     and t.id not in (select unnest(d.signals) from lifecycle_disposal d
                       where d.record_kind = 'signal' and d.org_id = t.org_id and d.status in ('proposed', 'approved', 'running'))
     and not lifecycle_body_is_held(t)
     and t.operation_id <> all ((select lifecycle_held_operations((select current_org())))::uuid[])
   order by t.at, t.id limit most;
end $$;

-- How many are due where: for whoever manages retention, who learns the name of a place only when they are inside it.
create or replace function lifecycle_signals_due(before timestamptz, most int)
  returns table (compartment_id uuid, name text, amount bigint, oldest timestamptz)
  language sql stable security definer set search_path = public, pg_temp as $$
  select c.id, case when c.id = any ((select visible_compartments())::uuid[]) then c.name::text else '' end, count(s.id), min(s.closed_at)
    from access_compartment c cross join lateral (
           select n.id, n.closed_at from lifecycle_lone_signals(c.id, before, most) n
           union all select b.id, b.at from lifecycle_old_bodies(c.id, before, most) b) s
   where c.org_id = (select current_org()) and (select has_role('{privacy}')) and c.record_id is null
     and c.id <> all ((select excluded_compartments())::uuid[])
   group by c.id, c.name order by min(s.closed_at), c.id
$$;
alter function lifecycle_signals_due(timestamptz, int) owner to longwatch_search;

-- Which those are, by identifier only: what a proposal holds on to.
create or replace function lifecycle_signals_to_go(spot uuid, before timestamptz, most int) returns uuid[]
  language sql stable security definer set search_path = public, pg_temp as $$
  select array_agg(s.id) from access_compartment c cross join lateral (
           select n.id from lifecycle_lone_signals(c.id, before, most) n
           union all select b.id from lifecycle_old_bodies(c.id, before, most) b) s
   where c.id = spot and c.org_id = (select current_org()) and (select has_role('{privacy}'))
     and c.id <> all ((select excluded_compartments())::uuid[])
$$;
alter function lifecycle_signals_to_go(uuid, timestamptz, int) owner to longwatch_search;

create or replace function lifecycle_signals_preview(wanted uuid[]) returns table (place text, amount bigint)
  language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if has_role('{privacy}') then
    return query select * from lifecycle_preview_of(wanted);
  end if;
end $$;
alter function lifecycle_signals_preview(uuid[]) owner to longwatch_search;

-- Whether a record names a person, for whoever proposes that they go: yes or no. Counted before it looks, so that nobody
-- asks without a limit. Never what stands in a section that the asker is not inside of, nor that somebody is a reporter or
-- a witness, nor what a reporter keeps from the asker.
drop function if exists lifecycle_person_counts(uuid, text[]);
create or replace function lifecycle_seek_person(record uuid, words text[], attempt uuid)
  returns table (allowed boolean, named boolean)
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  an_hour constant int := 20;
  a_day constant int := 60;
  parts uuid[];
  p record;
begin
  allowed := false;
  named := false;
  if has_role('{privacy}') and lifecycle_known(record) then
    allowed := access_count_attempt('person', an_hour, a_day, attempt, null, null);
  end if;
  if allowed then
    parts := (select array_agg(part) from unnest(lifecycle_parts(record)) part where lifecycle_known(part));
    for p in select * from lifecycle_places() q
              where q.place not in ('evidence_key', 'intake_identity', 'intake_disclosure', 'lifecycle_finding') loop
      exit when named;
      execute format('select exists (select from %I t where (%s) and t.org_id = current_org() and %s ~* $2
                                        and not lifecycle_is_apart(lifecycle_place_of(to_jsonb(t)), $3))', p.place, p.belongs, case p.place
        when 'entities_mention' then $x$lifecycle_words(case when t.part in ('reporter', 'witness') then '{}' else to_jsonb(t) end)$x$
        when 'intake_signal' then $x$lifecycle_words(to_jsonb(t) - 'report' || jsonb_build_object('entities',
                jsonb_path_query_array(t.entities, '$[*] ? (!(@.part == "reporter" || @.part == "witness"))')))$x$
        else lifecycle_heard(p.place) end)
        into named using parts, lifecycle_pattern(words), own_compartments();
    end loop;
  end if;
  return next;
end $$;
alter function lifecycle_seek_person(uuid, text[], uuid) owner to longwatch_search;

-- Which rows an erasure of one person reaches, with what they would become: for whoever decides, as far as they may read
-- them.
drop function if exists lifecycle_person_places(uuid, text[]);
create or replace function lifecycle_person_places(disposal uuid)
  returns table (place text, row_id uuid, before text, after text) language plpgsql stable as $$
declare
  d lifecycle_disposal;
  p record;
begin
  select * into d from lifecycle_disposal x where x.id = disposal;
  for p in select * from lifecycle_places() q where q.place <> 'evidence_key' order by q.step loop
    if p.place = 'intake_delivery' then
      -- A body goes as a whole; of a long one its beginning is shown.
      return query execute format(
        'select %L, t.id, left(lifecycle_bytes(t.raw), 1000), %L from %I t where (%s) and %s ~* $2 order by t.id limit 500',
        p.place, '', p.place, p.belongs, lifecycle_heard(p.place)) using lifecycle_parts(d.record_id), lifecycle_pattern(d.words);
      continue;
    end if;
    return query execute format(
      'select %L, t.id, string_agg(v, E''\n'' order by k), string_agg(lifecycle_struck(v, $2), E''\n'' order by k)
         from %I t, jsonb_each(to_jsonb(t) - ''{tsv,key,raw,wrapped,sealed,author_label,received_label,published_label,withdrawn_label}''::text[]) as x (k, held),
              lifecycle_texts(held) as v
        where (%s) and v ~* $2 group by t.id order by t.id limit 500', p.place, p.place, p.belongs)
      using lifecycle_parts(d.record_id), lifecycle_pattern(d.words);
  end loop;
end $$;
