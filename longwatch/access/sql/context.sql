-- Who is asking, and what they may know. Set once a transaction; unset means nobody, and no rows.

create or replace function current_account() returns uuid language sql stable parallel safe
  set search_path = public, pg_temp as $$
  select nullif(current_setting('longwatch.account', true), '')::uuid
$$;

-- Called once a query, as an InitPlan: `compartment_id = any ((select visible_compartments())::uuid[])`.
create or replace function visible_compartments() returns uuid[] language sql stable parallel safe security definer
  set search_path = public, pg_temp as $$
  select coalesce(array_agg(id), '{}') from (
    select c.id from access_account a join access_compartment c on c.org_id = a.org_id and c.reader_roles && a.roles
     where a.id = nullif(current_setting('longwatch.account', true), '')::uuid and a.is_active
    union
    select m.compartment_id from access_account a join access_membership m on m.account_id = a.id
     where a.id = nullif(current_setting('longwatch.account', true), '')::uuid and a.is_active
       and (m.ended_at is null or m.ended_at > now())
  ) inside
$$;

-- What one is inside of by role or membership, and so may write into. Break-glass shows more, and writes nothing
-- (break_glass.sql, where visible_compartments() comes to be both).
create or replace function own_compartments() returns uuid[] language sql stable parallel safe security definer
  set search_path = public, pg_temp as $$ select visible_compartments() $$;

create or replace function has_role(wanted text[]) returns boolean language sql stable parallel safe security definer
  set search_path = public, pg_temp as $$
  select exists (select 1 from access_account a
    where a.id = nullif(current_setting('longwatch.account', true), '')::uuid and a.is_active and a.roles && wanted)
$$;

create or replace function current_org() returns uuid language sql stable parallel safe security definer
  set search_path = public, pg_temp as $$
  select a.org_id from access_account a
   where a.id = nullif(current_setting('longwatch.account', true), '')::uuid and a.is_active
$$;

create or replace function compartment_is_empty(candidate uuid) returns boolean language sql stable security definer
  set search_path = public, pg_temp as $$
  select not exists (select 1 from access_membership where compartment_id = candidate)
     and exists (select 1 from access_compartment where id = candidate and reader_roles = '{}')
$$;

-- The usual wall of a table with `compartment_id`: read only what is visible, write only inside one's own compartments.
-- The definer role of the search functions reads past it and applies the same test itself.
create or replace procedure wall_by_compartment(walled regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', walled);
  execute format('alter table %s force row level security', walled);
  execute format('drop policy if exists inside on %s', walled);
  execute format('create policy inside on %s to longwatch_app
    using (compartment_id = any ((select visible_compartments())::uuid[]))
    with check (compartment_id = any ((select own_compartments())::uuid[]))', walled);
  execute format('drop policy if exists stays on %s', walled);
  execute format('create policy stays on %s as restrictive for delete to longwatch_app
    using (compartment_id = any ((select own_compartments())::uuid[]))', walled);
  execute format('drop policy if exists definer on %s', walled);
  execute format('create policy definer on %s for select to longwatch_search using (true)', walled);
end $$;
