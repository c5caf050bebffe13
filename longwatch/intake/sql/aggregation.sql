-- Work that waits for the engine: signals that are new, or that something was added to. No history, so no entries.

create table if not exists intake_unsettled (
  signal_id      uuid        primary key,
  org_id         uuid        not null,
  compartment_id uuid        not null,
  source_id      uuid        not null,
  severity       smallint    not null,
  at             timestamptz not null
);
-- Each source has its turn, so that a flood from one does not hold up another's.
create index if not exists intake_unsettled_turn on intake_unsettled (source_id, severity desc, at);
alter table intake_unsettled enable row level security;
alter table intake_unsettled force row level security;
drop policy if exists receives on intake_unsettled;
create policy receives on intake_unsettled to longwatch_search using (true) with check (true);
drop policy if exists engine on intake_unsettled;
create policy engine on intake_unsettled to longwatch_engine using (true);

-- The engine reads what it groups and enriches, wherever that lies; what it writes says in which compartment.
do $$ declare name text; begin
  foreach name in array array['intake_signal', 'intake_source'] loop
    execute format('drop policy if exists engine on %I', name);
    execute format('create policy engine on %I for select to longwatch_engine using (true)', name);
  end loop;
end $$;

call wall_by_compartment('intake_delivery');
call ledger_guard('intake_delivery');

create index if not exists intake_signal_suppressed on intake_signal (suppression_id) where suppression_id is not null;
