-- The ledger: append-only entries (partitioned by month), their erasable details, and the guard that refuses
-- any change of an audited table without an entry about it in the same transaction.

create sequence if not exists ledger_entry_id_seq as bigint;

create table if not exists ledger_entry (
  id             bigint      not null default nextval('ledger_entry_id_seq'),
  at             timestamptz not null default clock_timestamp(),
  org_id         uuid        not null,
  action         text        not null,
  subject_id     uuid        not null,
  record_id      uuid,
  compartment_id uuid,
  actor_kind     text        not null,
  actor_id       uuid        not null,
  via            text        not null,
  operation_id   uuid        not null,
  -- One entry for many arrivals of signals: its leaf holds the root over them (docs/adr/0003).
  covers_batch   boolean     not null default false,
  transaction_id xid8        not null default pg_current_xact_id(),
  leaf           bytea       not null,
  leaf_hash      bytea       not null check (octet_length(leaf_hash) = 32),
  primary key (id, at)
) partition by range (at);

create index if not exists ledger_entry_subject on ledger_entry (subject_id, id);
create index if not exists ledger_entry_record on ledger_entry (record_id, at desc) where record_id is not null;

create table if not exists ledger_detail (
  entry_id       bigint primary key,
  org_id         uuid not null,
  compartment_id uuid,
  fields         jsonb not null
);

-- Entries that the sequencer has not yet given a place in the tree. A high-water mark would be wrong:
-- identifiers have gaps and commit out of order.
create table if not exists ledger_pending (entry_id bigint primary key);

create or replace function ledger_entry_pending() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  insert into ledger_pending (entry_id) values (new.id);
  return null;
end $$;

drop trigger if exists ledger_entry_pending on ledger_entry;
create trigger ledger_entry_pending after insert on ledger_entry for each row execute function ledger_entry_pending();

-- How many entries wait for the sequencer: the health check may know the number, and nothing else.
create or replace function ledger_backlog() returns bigint language sql stable security definer
  set search_path = public, pg_temp as $$ select count(*) from ledger_pending $$;

create or replace function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only' using errcode = 'insufficient_privilege';
end $$;

drop trigger if exists ledger_append_only on ledger_entry;
create trigger ledger_append_only before update or delete on ledger_entry
  for each row execute function ledger_refuse_change();

-- Months ahead are made by the owner's function, because the application may not create tables.
-- Nobody is granted anything on a partition: access goes through the parent and its row security.
create or replace function ensure_month_partitions(parent text, months_back int, months_ahead int) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  month date;
  part text;
begin
  if parent not in ('ledger_entry', 'intake_occurrence') then
    raise exception 'no partitions for %', parent;
  end if;
  for i in -months_back .. months_ahead loop
    month := (date_trunc('month', now() at time zone 'utc') + make_interval(months => i))::date;
    part := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
    if to_regclass('public.' || part) is null then
      execute format('create table %I partition of %I for values from (%L) to (%L)', part, parent,
                     month::timestamp at time zone 'utc', (month + interval '1 month')::timestamp at time zone 'utc');
      execute format('alter table %I enable row level security', part);
      execute format('alter table %I force row level security', part);
    end if;
  end loop;
end $$;

select ensure_month_partitions('ledger_entry', 1, 3);

-- The guard. A changed row must carry, as its version, an entry of this very transaction about itself,
-- and every change needs a new one, so that an earlier entry cannot hide a later omission.
create or replace function ledger_entry_required() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    perform 1 from ledger_entry
      where subject_id = old.id and id > old.version and transaction_id = pg_current_xact_id();
  else
    if tg_op = 'UPDATE' and new.version = old.version then
      raise exception '% % changed without a ledger entry', tg_table_name, new.id
        using errcode = 'integrity_constraint_violation';
    end if;
    -- An entry about the row is numbered under the row's lock, so it must be newer. One for a batch is numbered
    -- before its rows are locked: of two batches with the same signal either may come last.
    perform 1 from ledger_entry
      where id = new.version and transaction_id = pg_current_xact_id()
        -- Only so that old partitions are not searched; widening it lets nothing through.
        and at > coalesce(nullif(current_setting('longwatch.entries_since', true), '')::timestamptz,
                          now() - interval '1 day')
        and at < now() + interval '1 day'
        and ((subject_id = new.id and not covers_batch and (tg_op = 'INSERT' or new.version > old.version))
             or (covers_batch and tg_table_name = 'intake_signal'));
  end if;
  if not found then
    raise exception '% % changed without a ledger entry', tg_table_name, coalesce(new.id, old.id)
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

-- `columns`: only updates of these need an entry; without it, all updates do.
create or replace procedure ledger_guard(audited regclass, columns text default null) language plpgsql as $$
begin
  execute format('drop trigger if exists ledger_entry_required on %s', audited);
  execute format('create constraint trigger ledger_entry_required after insert or delete or update %s on %s
                  deferrable initially deferred for each row execute function ledger_entry_required()',
                 case when columns is null then '' else 'of ' || columns end, audited);
end $$;
