-- Row security and guards of bundles. Whoever is in the record's compartment sees that a bundle was made and for whom;
-- a decision about an item is seen by those who may see the item.

call wall_by_compartment('exchange_export');
call wall_by_compartment('exchange_decision');
call wall_by_compartment('exchange_progress');
call ledger_guard('exchange_export');
call ledger_guard('exchange_decision');

-- What was asked for stays as it was asked for; a bundle is finished once.
create or replace function exchange_export_immutable() returns trigger language plpgsql as $$
begin
  if old.status <> 'queued'
     or (new.id, new.org_id, new.compartment_id, new.record_kind, new.record_id, new.audience, new.recipient, new.purpose,
         new.about_id, new.requested_by_id, new.requested_at, new.permissions)
     is distinct from
        (old.id, old.org_id, old.compartment_id, old.record_kind, old.record_id, old.audience, old.recipient, old.purpose,
         old.about_id, old.requested_by_id, old.requested_at, old.permissions) then
    raise exception 'a bundle is finished once, and nothing else of it changes' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists exchange_export_immutable on exchange_export;
create trigger exchange_export_immutable before update on exchange_export
  for each row execute function exchange_export_immutable();
