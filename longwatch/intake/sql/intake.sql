-- Occurrences, idempotency keys, search column, indexes for a million signals, row security and guards.

create table if not exists intake_occurrence (
  id           uuid        not null,
  at           timestamptz not null,
  org_id       uuid        not null,
  signal_id    uuid        not null,
  source_id    uuid        not null,
  -- Byte for byte as received; its hash is in the batch root of the ledger entry.
  raw          bytea       not null,
  sha256       bytea       not null check (octet_length(sha256) = 32),
  content_type text        not null,
  entry_id     bigint      not null,
  primary key (id, at)
) partition by range (at);

create index if not exists intake_occurrence_signal on intake_occurrence (signal_id, at desc, id desc);
-- Whoever verifies an entry reads all that it covers; entries and occurrences arrive in the same order.
create index if not exists intake_occurrence_entry on intake_occurrence using brin (entry_id);

do $$ begin
  alter table intake_occurrence alter column raw set compression lz4;
exception when feature_not_supported then null; -- This server was built without lz4.
end $$;

select ensure_month_partitions('intake_occurrence', 1, 3);

create or replace function intake_occurrence_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'occurrences are kept as they arrived' using errcode = 'insufficient_privilege';
end $$;
drop trigger if exists intake_occurrence_insert_only on intake_occurrence;
create trigger intake_occurrence_insert_only before update or delete on intake_occurrence
  for each row execute function intake_occurrence_refuse_change();

-- What was answered to a sender's key: a repeated request gets the same answer, for a day (jobs.py).
create table if not exists intake_idempotency (
  token_id    uuid        not null,
  key         text        not null,
  body_sha256 bytea       not null,
  status      smallint,
  answer      bytea,
  created_at  timestamptz not null default now(),
  primary key (token_id, key)
);
create index if not exists intake_idempotency_age on intake_idempotency (created_at);

-- Repeats change count, last_seen and version only: none is indexed, so they stay on their page (HOT).
alter table intake_signal set (fillfactor = 85);

alter table intake_signal add column if not exists tsv tsvector generated always as (
  to_tsvector('simple', title || ' ' || left(description, 50000) || ' ' || place || ' ' || rule)
  || jsonb_to_tsvector('simple', jsonb_path_query_array(entities, '$[*].value'), '["string"]')) stored;

create index if not exists intake_signal_tsv on intake_signal using gin (tsv);
-- Every look at it reads what is not merged yet, too: little, so that twelve looks cost no more than one did.
create index if not exists intake_signal_entities on intake_signal using gin (entity_ids)
  with (gin_pending_list_limit = 512);
-- Lists: all newest first; what is open, newest or most severe first, also of one source, kind or person.
create index if not exists intake_signal_newest on intake_signal (org_id, first_seen desc, id desc);
-- For readers of little: without it they walk over all that they may not see.
create index if not exists intake_signal_compartment on intake_signal (compartment_id, first_seen desc, id desc);
create index if not exists intake_signal_open_newest on intake_signal (org_id, first_seen desc, id desc)
  where status in ('new', 'acknowledged');
create index if not exists intake_signal_open_severe
  on intake_signal (org_id, severity desc, first_seen desc, id desc) where status in ('new', 'acknowledged');
create index if not exists intake_signal_open_source on intake_signal (source_id, first_seen desc, id desc)
  where status in ('new', 'acknowledged');
create index if not exists intake_signal_open_kind on intake_signal (org_id, kind, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and kind <> 'alert';
create index if not exists intake_signal_assigned on intake_signal (assignee_id, first_seen desc, id desc)
  where assignee_id is not null;
create index if not exists intake_signal_handled on intake_signal (org_id, status, first_seen desc, id desc)
  where status not in ('new', 'acknowledged');
create index if not exists intake_signal_duplicates on intake_signal (duplicate_of_id)
  where duplicate_of_id is not null;
-- The signal with the same key before this one. Not by last_seen, which every repeat changes.
create index if not exists intake_signal_earlier on intake_signal (source_id, dedup_key, closed_at desc)
  where closed_at is not null;

call wall_by_compartment('intake_signal');

alter table intake_occurrence enable row level security;
alter table intake_occurrence force row level security;
drop policy if exists inside on intake_occurrence;
create policy inside on intake_occurrence for select to longwatch_app
  using (exists (select 1 from intake_signal s where s.id = signal_id));

-- Sources are configuration of the organisation; whoever sends or manages acts inside one.
alter table intake_source enable row level security;
alter table intake_source force row level security;
drop policy if exists inside on intake_source;
create policy inside on intake_source to longwatch_app
  using (org_id = (select current_org())) with check (org_id = (select current_org()));
drop policy if exists definer on intake_source;
create policy definer on intake_source for select to longwatch_search using (true);
drop policy if exists receives on intake_source;
create policy receives on intake_source for select to longwatch_intake using (true);

-- Only the function in receive.sql writes as this role, which nobody can sign in as.
drop policy if exists receives on intake_signal;
create policy receives on intake_signal for insert to longwatch_search with check (true);
drop policy if exists repeats on intake_signal;
create policy repeats on intake_signal for update to longwatch_search using (true) with check (true);
drop policy if exists receives on intake_occurrence;
create policy receives on intake_occurrence for insert to longwatch_search with check (true);
drop policy if exists receives on ledger_entry;
create policy receives on ledger_entry for insert to longwatch_search with check (covers_batch);
