-- What the engine took from the queue and is at. A row stays until all stages are done with its signal, so that
-- nothing is lost when the engine ends in between. No history, so no entries.

alter table intake_unsettled add column if not exists arrivals int not null default 1;

create table if not exists intake_settling (
  signal_id uuid        primary key,
  source_id uuid        not null,
  severity  smallint    not null,
  at        timestamptz not null,
  arrivals  int         not null,
  attempts  smallint    not null default 0
);
alter table intake_settling enable row level security;
alter table intake_settling force row level security;
drop policy if exists engine on intake_settling;
create policy engine on intake_settling to longwatch_engine using (true) with check (true);
