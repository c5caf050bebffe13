-- Row security, guards, indexes and the search column of incidents.

alter table incidents_incident add column if not exists tsv tsvector generated always as (
  to_tsvector('simple', reference || ' ' || title || ' ' || place || ' ' || summary || ' ' || closing_summary)) stored;
create index if not exists incidents_incident_tsv on incidents_incident using gin (tsv);

-- The board walks the open ones; the list walks all, newest first.
create index if not exists incidents_board on incidents_incident (org_id, severity desc, opened_at)
  where status in ('reported', 'triage', 'active', 'stabilized');
create index if not exists incidents_newest on incidents_incident (org_id, opened_at desc, id desc);
create index if not exists incidents_closed on incidents_incident (org_id, closed_at desc) where closed_at is not null;

call wall_by_compartment('incidents_incident');
call wall_by_compartment('incidents_responder');
call ledger_guard('incidents_incident');
call ledger_guard('incidents_responder');

-- GIN indexes are unusable under row security, so this looks past it and applies the same test itself.
create or replace function incidents_matching(needle text, most integer) returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
  return query
    select i.id from incidents_incident i
     where i.tsv @@ to_tsquery('simple', needle)
       and i.compartment_id = any ((select visible_compartments())::uuid[])
     order by i.opened_at desc limit most;
end $$;
alter function incidents_matching(text, integer) owner to longwatch_search;
