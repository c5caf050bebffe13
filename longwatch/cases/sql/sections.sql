-- What those outside a section, or outside the core, may know. Each function applies the test itself.

-- Whom to ask about work that is not finished in a part of the case that the reader knows to exist and is not inside.
-- What does not even show to them (medical, the reporter's identity) does not hold a closure up either.
create or replace function cases_hidden_work(wanted uuid) returns table (people text[]) language sql stable
  security definer set search_path = public, pg_temp as $$
  select array(select a.name::text from access_membership m join access_account a on a.id = m.account_id
                where m.compartment_id = c.id and m.ended_at is null order by m.granted_at, m.id)
    from access_compartment c
   where c.record_id = wanted and is_core_member(wanted) and has_role(section_shown_to(c.section))
     and not exists (select 1 from access_membership m
                      where m.compartment_id = c.id and m.account_id = current_account() and m.ended_at is null)
     and (exists (select 1 from records_task t where t.compartment_id = c.id and t.record_id = wanted and t.status = 'open')
          or exists (select 1 from cases_finding f where f.compartment_id = c.id and f.case_id = wanted and f.conclusion = ''))
   order by c.created_at, c.id
$$;

-- The cases of which the current account is inside a section and not the core: the reference, whether it is closed, and
-- whom to ask; the title for the identity custodian alone, who must know what a name would be disclosed for.
create or replace function cases_outlines()
  returns table (case_id uuid, org_id uuid, core_id uuid, reference text, title text, closed boolean, lead text,
                 section_id uuid, section text, name text)
  language sql stable security definer set search_path = public, pg_temp as $$
  select k.id, k.org_id, k.compartment_id, k.reference::text, case when c.section = 'identity' then k.title::text else '' end,
         k.closed_at is not null, coalesce(l.name::text, ''), c.id, c.section::text, c.name::text
    from access_membership m join access_account a on a.id = m.account_id and a.is_active
    join access_compartment c on c.id = m.compartment_id and section_members(c.section) is not null
    join cases_case k on k.id = c.record_id
    left join access_account l on l.id = k.lead_id
   where m.account_id = current_account() and m.ended_at is null and not is_core_member(k.id)
     and c.id = any ((select own_compartments())::uuid[])
   order by m.granted_at desc, m.id
$$;

alter function cases_hidden_work(uuid) owner to longwatch_search;
alter function cases_outlines() owner to longwatch_search;
