-- Lists that changed, in which the engine looks up signals that are there already. No history, so no entries.

create table if not exists enrichment_lookback (
  dataset_id uuid        primary key references enrichment_dataset (id),
  org_id     uuid        not null,
  at         timestamptz not null default clock_timestamp(),
  -- How often it was asked for, and up to which of these it is done.
  asked      bigint      not null default 1,
  done       bigint      not null default 0,
  done_at    timestamptz
);
create index if not exists enrichment_result_told on enrichment_result (org_id, source) where source <> '';

alter table enrichment_lookback enable row level security;
alter table enrichment_lookback force row level security;
drop policy if exists inside on enrichment_lookback;
create policy inside on enrichment_lookback to longwatch_app
  using (org_id = (select current_org()) or org_id = (select enrichment_feeding_org()))
  with check (org_id = (select current_org()) or org_id = (select enrichment_feeding_org()));
drop policy if exists engine on enrichment_lookback;
create policy engine on enrichment_lookback to longwatch_engine using (true) with check (true);
drop policy if exists definer on enrichment_lookback;
create policy definer on enrichment_lookback for select to longwatch_search using (true);
