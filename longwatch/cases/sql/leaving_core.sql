-- Whoever no longer knows of a case is inside none of its sections either. Who ends the membership may not know of the
-- sections, so a function of the database does it: after the entry about the core, in the same transaction, by the same
-- account, with an entry each. It says nothing about what it found.

create or replace function cases_leave_sections(wanted uuid, gone uuid) returns void
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  cause ledger_entry;
  member access_membership;
begin
  select e.* into cause from ledger_entry e
    join access_membership m on m.id = e.subject_id and m.version = e.id and m.account_id = gone and m.ended_at is not null
    join access_compartment c on c.id = m.compartment_id and c.record_id = wanted and c.section = 'core'
   where e.transaction_id = pg_current_xact_id() and e.actor_id = current_account() and e.action = 'member.removed'
   order by e.id desc limit 1;
  if cause.id is null then
    raise exception 'nobody left this case here and now' using errcode = 'insufficient_privilege';
  end if;
  for member in select m.* from access_membership m join access_compartment c on c.id = m.compartment_id
                 where c.record_id = wanted and section_members(c.section) is not null
                   and m.account_id = gone and m.ended_at is null order by m.id for no key update of m loop
    -- A section that nobody could read any more would be lost: its last one stays, until they let somebody else in.
    continue when not exists (
      select 1 from access_membership o join access_account a on a.id = o.account_id and a.is_active
       where o.compartment_id = member.compartment_id and o.ended_at is null and o.account_id <> gone);
    member.ended_at := cause.at;
    member.version := ledger_append_after(cause, 'member.removed', member.id, wanted, member.compartment_id,
      jsonb_build_object('account_id', gone, 'account', (select a.name from access_account a where a.id = gone),
                         'reason', 'Left the case', 'actor', (select a.name from access_account a where a.id = cause.actor_id)),
      ledger_row_content('access_membership', to_jsonb(member)));
    update access_membership set ended_at = member.ended_at, version = member.version where id = member.id;
  end loop;
end $$;

drop policy if exists leaves_core on ledger_entry;
create policy leaves_core on ledger_entry for insert to longwatch_search with check (
  not covers_batch and actor_id = (select current_account()) and action = 'member.removed');
drop policy if exists leaves_core on access_membership;
create policy leaves_core on access_membership for update to longwatch_search using (true) with check (ended_at is not null);

alter function cases_leave_sections(uuid, uuid) owner to longwatch_search;
