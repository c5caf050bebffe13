-- Row security and guards of what goes from a case to an incident, of privilege and of witnesses.

call wall_by_compartment('cases_publication');
call wall_by_compartment('cases_direction');
call wall_by_compartment('cases_privilege_note');
call wall_by_compartment('cases_witness_key');
call ledger_guard('cases_publication');
call ledger_guard('cases_direction');
call ledger_guard('cases_privilege_note');
call ledger_guard('cases_witness_key');

-- Whether the current account is inside the case or one of its sections, by name, and not kept from it.
create or replace function cases_is_inside(wanted uuid) returns boolean language sql stable security definer
  set search_path = public, pg_temp as $$
  select exists (
    select 1 from access_compartment c
      join access_membership m on m.compartment_id = c.id and m.ended_at is null
      join access_account a on a.id = m.account_id and a.is_active
     where c.record_id = wanted and m.account_id = current_account() and c.id = any ((select own_compartments())::uuid[]))
$$;

-- The incidents of a case, for whoever is inside any part of it: the reference and where it lives; nothing it says.
create or replace function cases_incidents_of(wanted uuid)
  returns table (id uuid, org_id uuid, compartment_id uuid, reference text, closed boolean, readers text[])
  language sql stable security definer set search_path = public, pg_temp as $$
  select i.id, i.org_id, i.compartment_id, i.reference::text, i.closed_at is not null,
         case when c.reader_roles <> '{}' then c.reader_roles
              else array(select a.name::text from access_membership m join access_account a on a.id = m.account_id
                          where m.compartment_id = c.id and m.ended_at is null order by m.granted_at) end
    from records_link l
    join incidents_incident i on i.id = case when l.to_id = wanted then l.from_id else l.to_id end
    join access_compartment c on c.id = i.compartment_id
   where (l.to_id = wanted or l.from_id = wanted) and l.ended_at is null and cases_is_inside(wanted)
   order by i.opened_at desc, i.id
$$;

-- Publishing reaches an incident that the publisher need not be able to read, and only one that is tied to their case.
create or replace function cases_may_publish_to(wanted uuid, home uuid) returns boolean language sql stable
  security definer set search_path = public, pg_temp as $$
  select exists (
    select 1 from records_link l
      join incidents_incident i on i.id = wanted and i.compartment_id = home and i.org_id = current_org()
     where l.ended_at is null
       and ((l.from_id = wanted and l.to_kind = 'case' and cases_is_inside(l.to_id))
            or (l.to_id = wanted and l.from_kind = 'case' and cases_is_inside(l.from_id))))
$$;

create or replace function cases_published_notices() returns uuid[] language sql stable security definer
  set search_path = public, pg_temp as $$
  select coalesce(array_agg(p.notice_id), '{}') from cases_publication p
   where p.notice_id is not null and p.compartment_id = any (visible_compartments())
$$;

-- The next W1, W2 … of a case: pseudonyms stand in its narrative, so their number is no secret there.
create or replace function cases_next_witness(wanted uuid) returns int language plpgsql volatile security definer
  set search_path = public, pg_temp as $$
begin
  if not cases_is_inside(wanted) then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('witness ' || wanted::text, 0));
  return (select coalesce(max(substring(pseudonym from 2)::int), 0) + 1 from cases_witness_key where case_id = wanted);
end $$;

drop policy if exists publishes on incidents_notice;
create policy publishes on incidents_notice for insert to longwatch_app
  with check ((select cases_may_publish_to(incident_id, compartment_id)));
drop policy if exists publishers on incidents_notice;
create policy publishers on incidents_notice for select to longwatch_app
  using (id = any ((select cases_published_notices())::uuid[]));
drop policy if exists withdraws on incidents_notice;
create policy withdraws on incidents_notice for update to longwatch_app
  using (id = any ((select cases_published_notices())::uuid[]));

alter function cases_is_inside(uuid) owner to longwatch_search;
alter function cases_incidents_of(uuid) owner to longwatch_search;
alter function cases_may_publish_to(uuid, uuid) owner to longwatch_search;
alter function cases_published_notices() owner to longwatch_search;
alter function cases_next_witness(uuid) owner to longwatch_search;
