-- Who writes to reporters, asks who they are and decides: only whoever is inside by themself, never through broken glass.

drop policy if exists writes on intake_message;
create policy writes on intake_message for insert to longwatch_app
  with check (author = 'team' and account_id = (select current_account())
              and compartment_id = any ((select own_compartments())::uuid[])
              and exists (select 1 from intake_thread t where t.id = thread_id and t.compartment_id = intake_message.compartment_id));

-- A request goes to the custodians of that very report; whoever asks cannot name another place to have it decided.
drop policy if exists asks on intake_disclosure;
create policy asks on intake_disclosure for insert to longwatch_app
  with check (compartment_id = any ((select own_compartments())::uuid[])
              and asked_by_id = (select current_account()) and state = 'asked' and decided_by_id is null and until is null
              and identity_compartment_id = intake_identity_compartment(signal_id));
drop policy if exists decides on intake_disclosure;
create policy decides on intake_disclosure for update to longwatch_app
  using (identity_compartment_id = any ((select own_compartments())::uuid[]))
  with check (identity_compartment_id = any ((select own_compartments())::uuid[])
              and decided_by_id = (select current_account()) and asked_by_id <> decided_by_id);

create or replace function intake_disclosure_decided() returns trigger language plpgsql as $$
begin
  if (new.id, new.org_id, new.compartment_id, new.identity_compartment_id, new.signal_id, new.asked_by_id, new.asked_at)
     is distinct from
     (old.id, old.org_id, old.compartment_id, old.identity_compartment_id, old.signal_id, old.asked_by_id, old.asked_at)
     or (old.state <> 'asked' and (new.state, new.until, new.decided_by_id)
         is distinct from (old.state, old.until, old.decided_by_id)) then
    raise exception 'what was asked is decided once, and nothing else' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists intake_disclosure_decided on intake_disclosure;
create trigger intake_disclosure_decided before update on intake_disclosure
  for each row execute function intake_disclosure_decided();
