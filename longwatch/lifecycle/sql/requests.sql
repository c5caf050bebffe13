-- Requests of data subjects. Privacy officers read them; who is inside a record that names the person learns of the one
-- finding about it. Searching reaches past row security on purpose, and brings back numbers and whom to ask: no content.

alter table lifecycle_request enable row level security;
alter table lifecycle_request force row level security;
drop policy if exists inside on lifecycle_request;
create policy inside on lifecycle_request to longwatch_app
  using (org_id = (select current_org()) and (select has_role('{privacy}')))
  with check (org_id = (select current_org()) and (select has_role('{privacy}')));
drop policy if exists definer on lifecycle_request;
create policy definer on lifecycle_request for select to longwatch_search using (true);
call ledger_guard('lifecycle_request');

-- Who decides what a person gets to read of a record they are inside: who was asked, who leads it, whose role decides, as
-- longwatch.lifecycle.finding says it.
create or replace function lifecycle_decides(kind text, record uuid, asked uuid) returns boolean language sql stable
  security definer set search_path = public, pg_temp as $$
  select case kind
    when 'case' then asked = (select current_account()) or has_role('{counsel,supervisor,hr}')
      or exists (select from cases_case c where c.id = record and c.lead_id = (select current_account()))
    when 'incident' then asked = (select current_account()) or has_role('{counsel,analyst,investigator,supervisor}')
      or exists (select from incidents_incident i where i.id = record and i.commander_id = (select current_account()))
    when 'signal' then has_role('{analyst,investigator,supervisor,dispatcher}')
    when 'place' then has_role('{counsel,supervisor}')
    else false end
$$;
alter function lifecycle_decides(text, uuid, uuid) owner to longwatch_search;

-- What was found counts what lies in inner sections, and its extract may be drawn from them: not for all of the record.
alter table lifecycle_finding enable row level security;
alter table lifecycle_finding force row level security;
drop policy if exists inside on lifecycle_finding;
-- What was found of accounts lies in no compartment.
create policy inside on lifecycle_finding to longwatch_app
  using (org_id = (select current_org())
         and (((select has_role('{privacy}')) and coalesce(compartment_id <> all ((select excluded_compartments())::uuid[]), true))
              or (compartment_id = any ((select visible_compartments())::uuid[]) and lifecycle_decides(record_kind, record_id, owner_id))))
  with check (org_id = (select current_org())
         and (((select has_role('{privacy}')) and coalesce(compartment_id <> all ((select excluded_compartments())::uuid[]), true))
              or (compartment_id = any ((select own_compartments())::uuid[]) and lifecycle_decides(record_kind, record_id, owner_id))));
-- Of privacy officers it is written down, too, that they came to know or told of a record through what was found.
drop policy if exists asks on access_sight;
create policy asks on access_sight for insert to longwatch_app with check (
  org_id = (select current_org()) and (select has_role('{privacy}'))
  and compartment_id <> all ((select excluded_compartments())::uuid[])
  and (account_id = (select current_account()) or how = 'notified')
  and exists (select 1 from access_account a where a.id = account_id and a.org_id = (select current_org()))
  and exists (select 1 from lifecycle_finding f where f.record_id = access_sight.record_id and f.compartment_id = access_sight.compartment_id));
drop policy if exists definer on lifecycle_finding;
create policy definer on lifecycle_finding for select to longwatch_search using (true);
call ledger_guard('lifecycle_finding');

-- What was asked, and by whom, stays; what was decided is decided once, and only an erasure takes words away again.
create or replace function lifecycle_request_changes() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - '{due_on,extension_reason,answer,answer_note,answered_by_id,answered_at,version}'::text[]
     is distinct from
     to_jsonb(old) - '{due_on,extension_reason,answer,answer_note,answered_by_id,answered_at,version}'::text[]
     or old.answered_at is not null then
    raise exception 'a request is answered once, and nothing else of it changes' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists lifecycle_request_changes on lifecycle_request;
create trigger lifecycle_request_changes before update on lifecycle_request
  for each row execute function lifecycle_request_changes();

create or replace function lifecycle_finding_changes() returns trigger language plpgsql as $$
begin
  if current_user = 'longwatch_search' and lifecycle_erases(new.id, new.version) then
    return new;
  end if;
  if to_jsonb(new) - '{choice,ground,note,extract,decided_by_id,decided_at,version}'::text[]
     is distinct from to_jsonb(old) - '{choice,ground,note,extract,decided_by_id,decided_at,version}'::text[]
     or old.decided_at is not null then
    raise exception 'a finding is decided once, and nothing else of it changes' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists lifecycle_finding_changes on lifecycle_finding;
create trigger lifecycle_finding_changes before update on lifecycle_finding
  for each row execute function lifecycle_finding_changes();

-- Which records name a person: by an identifier, or by one of the words in whatever the places of an erasure hold. Never
-- what stands in sections that hide a reporter, a witness, medical or legal advice, nor that somebody is a reporter or a
-- witness; nor what was kept from the asker.
create or replace function lifecycle_find_subject(entities uuid[], words text[])
  returns table (kind text, record_id uuid, compartment_id uuid, owner_id uuid, places jsonb)
  language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  organisation uuid := current_org();
  pattern text := lifecycle_pattern(words);
  wanted tsquery;
  barred uuid[];
  p record;
  looks text := '';
begin
  if organisation is null or not has_role('{privacy}') then
    raise exception 'requests of data subjects are for privacy officers' using errcode = 'insufficient_privilege';
  end if;
  select coalesce(array_agg(c.id), '{}') || excluded_compartments() into barred from access_compartment c
   where c.org_id = organisation and c.section in ('identity', 'privileged', 'witness', 'medical');
  select phraseto_tsquery('simple', words[1]) into wanted;
  for i in 2 .. coalesce(array_length(words, 1), 1) loop
    wanted := wanted || phraseto_tsquery('simple', words[i]);
  end loop;
  for p in select q.place from lifecycle_places() q where q.place not in ('evidence_key', 'intake_identity', 'lifecycle_finding') loop
    looks := looks || case when looks = '' then '' else ' union all ' end || format(
      'select %L as place, t.id as row_id, %s as whole from %I t where t.org_id = $1 and (%s)', p.place,
      case p.place when 'intake_delivery' then $x$jsonb_build_object('compartment_id', t.compartment_id)$x$ else 'to_jsonb(t)' end, p.place,
      case p.place
        when 'intake_signal' then '(t.tsv @@ $5 or t.entity_ids && $2)'
        when 'entities_mention' then $x$t.part not in ('reporter', 'witness') and (t.entity_id = any ($2) or t.value ~* $3 or t.note ~* $3)$x$
        when 'entities_identity' then $x$(t.entity_id = any ($2) or t.into_id = any ($2) or t.value ~* $3 or t.into_value ~* $3 or t.reason ~* $3)$x$
        when 'entities_marking' then $x$(t.entity_id = any ($2) or t.value ~* $3 or t.reason ~* $3)$x$
        else lifecycle_heard(p.place) || ' ~* $3' end);
  end loop;
  return query execute
    'with hits as (' || looks || '), placed as (
       select h.place, case when h.place = any (lifecycle_standing()) then (h.whole ->> ''compartment_id'')::uuid else coalesce(h.whole ->> ''record_id'', h.whole ->> ''case_id'', h.whole ->> ''incident_id'', h.whole ->> ''signal_id'',
                (select th.signal_id::text from intake_thread th where th.id = (h.whole ->> ''thread_id'')::uuid),
                h.whole ->> ''from_id'', h.whole ->> ''id'')::uuid end as near
         from hits h
        where coalesce((coalesce(h.whole ->> ''compartment_id'', h.whole ->> ''from_compartment_id''))::uuid <> all ($4), false)),
     counted as (
       select coalesce((select l.to_id from records_link l where l.from_id = x.near and l.kind = ''belongs'' and l.ended_at is null
                         order by l.created_at limit 1), x.near) as rec, x.place, count(*) as amount
         from placed x group by 1, 2),
     found as (select rec, jsonb_object_agg(place, amount) as places from counted group by rec)
     select r.kind, r.id, r.compartment_id, r.owner, f.places from found f join (
       select ''case'' as kind, c.id, c.compartment_id, coalesce(c.lead_id, c.opened_by_id) as owner from cases_case c
       union all select ''incident'', i.id, i.compartment_id, coalesce(i.commander_id, i.opened_by_id) from incidents_incident i
       union all select ''signal'', s.id, s.compartment_id, s.assignee_id from intake_signal s
       union all select ''place'', c.id, c.id, null::uuid from access_compartment c) r on r.id = f.rec
      where r.compartment_id <> all ($4) order by r.id limit 500'
    using organisation, entities, pattern, barred, wanted;
end $$;
alter function lifecycle_find_subject(uuid[], text[]) owner to longwatch_search;

-- Of a request, what those need who are asked to decide about one finding of it, and others inside learn, and no more.
drop function if exists lifecycle_asked(uuid);
create function lifecycle_asked(finding uuid)
  returns table (kind text, person text, identifiers jsonb, due_on date, answered boolean, record_kind text, decided boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  select r.kind::text, r.person::text, r.identifiers, r.due_on, r.answered_at is not null, f.record_kind::text, f.decided_at is not null
    from lifecycle_finding f join lifecycle_request r on r.id = f.request_id
   where f.id = finding and f.org_id = (select current_org())
     and (f.compartment_id = any ((select visible_compartments())::uuid[])
          or ((select has_role('{privacy}')) and coalesce(f.compartment_id <> all ((select excluded_compartments())::uuid[]), true)))
$$;
alter function lifecycle_asked(uuid) owner to longwatch_search;

-- That a record waits for such a decision, everybody inside it sees.
create or replace function lifecycle_waiting(record uuid) returns uuid language sql stable security definer
  set search_path = public, pg_temp as $$
  select f.id from lifecycle_finding f
   where f.record_id = record and f.decided_at is null and f.org_id = (select current_org())
     and f.compartment_id = any ((select visible_compartments())::uuid[]) order by f.id limit 1
$$;
alter function lifecycle_waiting(uuid) owner to longwatch_search;

-- The passages of a record that name a person, as whoever asks may read them: row security stands. Never from the sections
-- that no search looks into either, nor that somebody is a reporter or a witness, whoever asks.
create or replace function lifecycle_passages(record uuid, words text[]) returns table (place text, passage text)
  language plpgsql stable as $$
declare
  p record;
  pattern text := lifecycle_pattern(words);
begin
  for p in select * from lifecycle_places() q where q.place not in ('evidence_key', 'intake_identity', 'lifecycle_finding', 'exchange_export', 'cases_witness_key', 'cases_privilege_note') order by q.step loop
    return query execute format(
      'select %L, v from %I t, jsonb_each(to_jsonb(t) - ''{tsv,key,raw,entities,report}''::text[]) as x (k, held), lifecycle_texts(held) as v
        where (%s) and v ~* $2 and %s and not exists (
          select from access_compartment c where c.section in (''identity'', ''privileged'', ''witness'', ''medical'')
             and c.id = coalesce(to_jsonb(t) ->> ''compartment_id'', to_jsonb(t) ->> ''from_compartment_id'')::uuid)
        order by t.id, k limit 200', p.place, p.place, p.belongs,
      case p.place when 'entities_mention' then $x$t.part not in ('reporter', 'witness')$x$ else 'true' end)
      using lifecycle_parts(record), pattern;
  end loop;
end $$;
