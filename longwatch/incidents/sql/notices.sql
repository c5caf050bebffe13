-- What was published to an incident is read by whoever reads the incident.

call wall_by_compartment('incidents_notice');
call ledger_guard('incidents_notice');

-- What a notice says stays as it was published: it can only be withdrawn.
create or replace function incidents_notice_immutable() returns trigger language plpgsql as $$
begin
  if old.withdrawn_at is not null
     or (new.id, new.org_id, new.compartment_id, new.incident_id, new.kind, new.about, new.text, new.published_at,
         new.published_label, new.expires_at)
     is distinct from
        (old.id, old.org_id, old.compartment_id, old.incident_id, old.kind, old.about, old.text, old.published_at,
         old.published_label, old.expires_at) then
    raise exception 'a notice is withdrawn, never changed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists incidents_notice_immutable on incidents_notice;
create trigger incidents_notice_immutable before update on incidents_notice
  for each row execute function incidents_notice_immutable();
