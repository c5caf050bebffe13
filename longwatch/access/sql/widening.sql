-- Who is inside changes by letting people in and by ending that, never by writing another name, place or role into a row
-- that is there: what lets people in is asked on insert.

create or replace function access_never_widens() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'access_membership' then
    if (new.id, new.compartment_id, new.account_id, new.granted_at) is distinct from
       (old.id, old.compartment_id, old.account_id, old.granted_at)
       or (old.ended_at is not null and new.ended_at is distinct from old.ended_at) then
      raise exception 'a membership ends; it never moves' using errcode = 'insufficient_privilege';
    end if;
  elsif tg_table_name = 'access_compartment' then
    if (new.id, new.org_id, new.kind, new.section, new.record_id, new.reader_roles) is distinct from
       (old.id, old.org_id, old.kind, old.section, old.record_id, old.reader_roles) then
      raise exception 'a compartment never opens to others' using errcode = 'insufficient_privilege';
    end if;
  elsif (new.id, new.compartment_id, new.account_id) is distinct from (old.id, old.compartment_id, old.account_id) then
    raise exception 'an exclusion never ends' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

do $$
declare
  walled text;
begin
  foreach walled in array '{access_membership,access_compartment,access_exclusion}'::text[] loop
    execute format('drop trigger if exists access_never_widens on %I', walled);
    execute format('create trigger access_never_widens before update on %I for each row execute function access_never_widens()',
                   walled);
  end loop;
end $$;

-- A notice leads to a page of ours: '//host' would be somebody else's.
drop policy if exists tells on access_notice;
create policy tells on access_notice for insert to longwatch_app with check (
  org_id = (select current_org()) and link like '/%' and link not like '//%' and link not like '/\\%' and read_at is null
  and exists (select 1 from access_account a where a.id = account_id and a.org_id = (select current_org())));
