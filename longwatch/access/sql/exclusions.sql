-- Who must not see a compartment, whatever role or membership they have: named by a reporter. Subtracted in the one place
-- that says what somebody may know, so it holds for every page, count, search, feed and export.

call wall_by_compartment('access_exclusion');
call ledger_guard('access_exclusion');
create index if not exists access_exclusion_account on access_exclusion (account_id);

-- The compartments that whoever asks is kept from, with all others of the same record.
create or replace function excluded_compartments() returns uuid[] language sql stable parallel safe security definer
  set search_path = public, pg_temp as $$
  select coalesce(array_agg(distinct c.id), '{}')
    from access_exclusion x join access_compartment n on n.id = x.compartment_id
    join access_compartment c on c.id = n.id or (n.record_id is not null and c.record_id = n.record_id)
   where x.account_id = nullif(current_setting('longwatch.account', true), '')::uuid
$$;

create or replace function visible_compartments() returns uuid[] language sql stable parallel safe security definer
  set search_path = public, pg_temp as $$
  select coalesce(array_agg(id), '{}') from (
    select c.id from access_account a join access_compartment c on c.org_id = a.org_id and c.reader_roles && a.roles
     where a.id = nullif(current_setting('longwatch.account', true), '')::uuid and a.is_active
    union
    select m.compartment_id from access_account a join access_membership m on m.account_id = a.id
     where a.id = nullif(current_setting('longwatch.account', true), '')::uuid and a.is_active
       and (m.ended_at is null or m.ended_at > now())
  ) inside where id <> all ((select excluded_compartments())::uuid[])
$$;

-- Which people of the organisation a compartment's readers are, exclusions taken off; asked where a report is kept from
-- somebody. Only of compartments that the actor is inside.
create or replace function excluded_readers(kept uuid, candidate uuid) returns table (account_id uuid, name text)
  language sql stable security definer set search_path = public, pg_temp as $$
  select a.id, a.name::text from access_exclusion x join access_account a on a.id = x.account_id
    join access_compartment c on c.id = candidate
   where x.compartment_id = kept and kept = any ((select visible_compartments())::uuid[])
     and (c.reader_roles && a.roles or exists (select 1 from access_membership m
           where m.account_id = a.id and m.compartment_id = c.id and (m.ended_at is null or m.ended_at > now())))
     and not exists (select 1 from access_exclusion o where o.account_id = a.id and o.compartment_id = candidate)
$$;

alter function excluded_compartments() owner to longwatch_search;
alter function visible_compartments() owner to longwatch_search;
alter function excluded_readers(uuid, uuid) owner to longwatch_search;
