-- Who guards identities, privacy or privilege changes: the identity custodians and privacy officers hear of it, whoever did
-- it, an administrator or a group of an identity provider. A function of the database says so, because neither needs to
-- have an account that may tell people. Only for an account that this very transaction made, changed or closed.

create or replace function access_tell_of_guards(changed uuid) returns table (email text)
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  cause ledger_entry;
begin
  select * into cause from ledger_entry e
   where e.subject_id = changed and e.transaction_id = pg_current_xact_id()
     and e.action in ('account.created', 'account.roles_changed', 'account.disabled', 'account.handed_over')
   order by e.id desc limit 1;
  if cause.id is null then
    raise exception 'nothing changed about this account here and now' using errcode = 'insufficient_privilege';
  end if;
  return query with told as (
    insert into access_notice (id, org_id, account_id, kind, link, created_at)
    select gen_random_uuid(), a.org_id, a.id, 'guard_changed',
           case when '{privacy}' && a.roles then '/ledger?action=' || cause.action else '/notices' end, clock_timestamp()
      from access_account a
     where a.org_id = cause.org_id and a.is_active and a.roles && '{custodian,privacy}' and a.id not in (changed, cause.actor_id)
    returning account_id)
  select a.email::text from access_account a where a.id in (select t.account_id from told t);
end $$;

drop policy if exists tells_of_guards on access_notice;
create policy tells_of_guards on access_notice for insert to longwatch_search with check (kind = 'guard_changed');
drop policy if exists made on access_notice;
create policy made on access_notice for select to longwatch_search using (kind = 'guard_changed');

alter function access_tell_of_guards(uuid) owner to longwatch_search;
