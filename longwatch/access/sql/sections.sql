-- Sections of a record: who may be let into one, who opens one for another, and who learns that one exists. The same
-- table as longwatch/access/sections.py, held here too because a wall that only the services know is not one.

create or replace function section_members(section text) returns text[] language sql immutable parallel safe as $$
  select case section
    when 'hr' then '{counsel,hr,threat_team}'::text[]
    when 'medical' then '{medical}'
    when 'privileged' then '{analyst,counsel,hr,intelligence,investigator,supervisor,threat_team}'
    when 'identity' then '{custodian}'
    when 'witness' then '{analyst,counsel,investigator,supervisor}'
    when 'intelligence' then '{analyst,counsel,intelligence,investigator,supervisor,threat_team}'
  end
$$;

create or replace function section_shown_to(section text) returns text[] language sql immutable parallel safe as $$
  select case section
    when 'hr' then '{counsel,hr,investigator,supervisor,threat_team}'::text[]
    when 'privileged' then '{counsel,investigator,supervisor}'
    when 'witness' then '{counsel,hr,investigator,supervisor,threat_team}'
    when 'intelligence' then '{counsel,intelligence,investigator,supervisor,threat_team}'
    else '{}'
  end
$$;

-- Whether the account may be inside, when the current one lets it in.
create or replace function section_admits(wanted uuid, candidate uuid) returns boolean language sql stable
  security definer set search_path = public, pg_temp as $$
  select exists (
    select 1 from access_compartment c join access_account a on a.id = candidate and a.org_id = c.org_id
     where c.id = wanted
       and case when section_members(c.section) is null then true
                when c.section = 'privileged' then
                  '{counsel}' && a.roles or (has_role('{counsel}') and section_members(c.section) && a.roles)
                else section_members(c.section) && a.roles end)
$$;

-- Whether the current account is a named member of the record's core, now, and nobody named them as not to see it.
create or replace function is_core_member(record uuid) returns boolean language sql stable security definer
  set search_path = public, pg_temp as $$
  select exists (
    select 1 from access_compartment k
      join access_membership m on m.compartment_id = k.id and m.ended_at is null
      join access_account a on a.id = m.account_id and a.is_active
     where k.record_id = record and k.section = 'core' and m.account_id = current_account()
       and k.id = any ((select own_compartments())::uuid[]))
$$;

-- A section that nobody is in yet gets its first member from somebody in the core, who may stay outside.
create or replace function section_waits_for_member(wanted uuid) returns boolean language sql stable security definer
  set search_path = public, pg_temp as $$
  select compartment_is_empty(wanted) and exists (
    select 1 from access_compartment c
     where c.id = wanted and section_members(c.section) is not null and is_core_member(c.record_id))
$$;

drop policy if exists founds on access_membership;
create policy founds on access_membership for insert to longwatch_app
  with check (section_waits_for_member(compartment_id));
drop policy if exists fits on access_membership;
create policy fits on access_membership as restrictive for insert to longwatch_app
  with check (section_admits(compartment_id, account_id));

-- The sections of a record that the current account learns of: those it is inside, by identifier and name; and, for
-- members of the core, that others exist and whom to ask. A section that is not for the account's role is not there.
create or replace function sections_of(record uuid)
  returns table (id uuid, section text, name text, inside boolean, people text[])
  language sql stable security definer set search_path = public, pg_temp as $$
  select case when mine then s.id end, s.section, case when mine then s.name else '' end, mine, s.people
    from (select c.id, c.section::text as section, c.name::text as name, c.created_at,
                 exists (select 1 from access_membership m join access_account a on a.id = m.account_id and a.is_active
                          where m.compartment_id = c.id and m.account_id = current_account() and m.ended_at is null)
                   and c.id = any ((select own_compartments())::uuid[]) as mine,
                 array(select a.name::text from access_membership m join access_account a on a.id = m.account_id
                        where m.compartment_id = c.id and m.ended_at is null order by m.granted_at, m.id) as people
            from access_compartment c
           where c.record_id = record and section_members(c.section) is not null) s
   where mine or (is_core_member(record) and has_role(section_shown_to(s.section)))
   order by array_position('{hr,medical,privileged,identity,intelligence,witness}', s.section), s.created_at, s.id
$$;

alter function section_admits(uuid, uuid) owner to longwatch_search;
alter function is_core_member(uuid) owner to longwatch_search;
alter function section_waits_for_member(uuid) owner to longwatch_search;
alter function sections_of(uuid) owner to longwatch_search;
