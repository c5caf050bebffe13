-- Row security, guards and search columns of what hangs on a record.

alter table records_timeline_entry add column if not exists tsv tsvector
  generated always as (to_tsvector('simple', text)) stored;
create index if not exists records_timeline_tsv on records_timeline_entry using gin (tsv);

call wall_by_compartment('records_timeline_entry');
call wall_by_compartment('records_task');

alter table records_link enable row level security;
alter table records_link force row level security;
drop policy if exists inside on records_link;
-- A link tells that both ends exist, so it shows to those inside both.
create policy inside on records_link to longwatch_app
  using (from_compartment_id = any ((select visible_compartments())::uuid[])
         and to_compartment_id = any ((select visible_compartments())::uuid[]))
  with check (from_compartment_id = any ((select own_compartments())::uuid[])
         and to_compartment_id = any ((select own_compartments())::uuid[]));
drop policy if exists definer on records_link;
create policy definer on records_link for select to longwatch_search using (true);

call ledger_guard('records_timeline_entry');
call ledger_guard('records_task');
call ledger_guard('records_link');

-- What was said stays said: only the pin may change.
create or replace function records_timeline_immutable() returns trigger language plpgsql as $$
begin
  if (new.id, new.record_id, new.compartment_id, new.kind, new.text, new.occurred_at, new.recorded_at, new.author_label,
      new.author_id, new.corrects_id)
     is distinct from (old.id, old.record_id, old.compartment_id, old.kind, old.text, old.occurred_at, old.recorded_at,
      old.author_label, old.author_id, old.corrects_id) then
    raise exception 'timeline entries are corrected, never overwritten' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists records_timeline_immutable on records_timeline_entry;
create trigger records_timeline_immutable before update on records_timeline_entry
  for each row execute function records_timeline_immutable();
