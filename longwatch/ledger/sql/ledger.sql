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
-- identifiers have gaps and commit out of order. Until its transaction ends, an entry is certainly here, so this small
-- table is also where the guard looks; only the trigger below writes it.
create table if not exists ledger_pending (
  entry_id       bigint  primary key,
  subject_id     uuid,
  covers_batch   boolean,
  transaction_id xid8,
  leaf_hash      bytea
);
alter table ledger_pending add column if not exists subject_id uuid, add column if not exists covers_batch boolean,
  add column if not exists transaction_id xid8, add column if not exists leaf_hash bytea;
-- Rows come and go all day: what is left of them is swept up by number, not by share of a table that is mostly empty.
alter table ledger_pending set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

create or replace function ledger_entry_pending() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  -- Written ahead, for a transaction to come, it would cover what nobody tells of then.
  if new.transaction_id <> pg_current_xact_id() or tg_table_schema <> 'public' then
    raise exception 'a ledger entry of another transaction' using errcode = 'insufficient_privilege';
  end if;
  -- The tree gets this hash, and nothing else of the entry: it must be that of the leaf.
  if new.leaf_hash <> sha256('\x00'::bytea || new.leaf) then
    raise exception 'a ledger entry with the hash of another leaf' using errcode = 'integrity_constraint_violation';
  end if;
  insert into ledger_pending (entry_id, subject_id, covers_batch, transaction_id, leaf_hash)
    values (new.id, new.subject_id, new.covers_batch, new.transaction_id, new.leaf_hash);
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

-- An entry, its erasable details, and the identifier that becomes the row's version: a function, so that its statements
-- are planned once a connection, called inside the very statement that writes the row. It has the rights of whoever
-- calls it. The identifier comes from the sequence because whoever appends need not be able to read the entry back.
create or replace function ledger_append(
    moment timestamptz, org uuid, verb text, subject uuid, record uuid, compartment uuid, acting_kind text, acting uuid,
    entrance text, operation uuid, leaf_text text, openings jsonb) returns bigint language plpgsql volatile as $$
declare
  entry bigint := nextval('ledger_entry_id_seq');
  leaf_bytes bytea := convert_to(leaf_text, 'UTF8');
begin
  insert into ledger_entry (id, at, org_id, action, subject_id, record_id, compartment_id, actor_kind, actor_id, via,
                            operation_id, leaf, leaf_hash)
    values (entry, moment, org, verb, subject, record, compartment, acting_kind, acting, entrance, operation, leaf_bytes,
            sha256('\x00'::bytea || leaf_bytes));
  insert into ledger_detail (entry_id, org_id, compartment_id, fields) values (entry, org, compartment, openings);
  return entry;
end $$;

-- The guard. A changed row must carry, as its version, an entry of this very transaction about itself, and every
-- change needs a new one, so that an earlier entry cannot hide a later omission. The entry comes before the row, and
-- nothing takes an entry away without the changes after it, so looking when the statement ends is as strong as looking
-- at the commit; and many rows under one entry look it up once. An entry that covers a batch counts only for the
-- writer of batches, whose statements fire the triggers with an argument.
create or replace function ledger_entry_required() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  first bigint;
  last bigint;
  one uuid;
begin
  if tg_op = 'DELETE' then
    select c.id into one from changed c where not exists (
      select 1 from ledger_entry e
       where e.subject_id = c.id and e.id > c.version and e.transaction_id = pg_current_xact_id()) limit 1;
  else
    select min(version), max(version) into first, last from changed;
    -- One entry, as almost always: of one row, or of all signals of a batch.
    perform 1 from ledger_pending p
      where first = last and p.entry_id = first and p.transaction_id = pg_current_xact_id()
        and case when p.covers_batch then tg_nargs > 0
                 else not exists (select 1 from changed c where c.id is distinct from p.subject_id) end;
    if found or first is null then
      return null;
    end if;
    select c.id into one from changed c where not exists (
      select 1 from ledger_pending p
       where p.entry_id = c.version and p.transaction_id = pg_current_xact_id()
         and case when p.covers_batch then tg_nargs > 0 else p.subject_id = c.id end) limit 1;
  end if;
  if found then
    raise exception '% % changed without a ledger entry', tg_table_name, one
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

-- For a row whose version does not rise: an entry about a row is numbered under the row's lock, so it is newer. And for
-- one that changes its identifier: the row under the old one would be gone, and nothing would say so.
create or replace function ledger_version_must_rise() returns trigger language plpgsql as $$
begin
  raise exception '% % changed without a ledger entry', tg_table_name, old.id
    using errcode = 'integrity_constraint_violation';
end $$;

-- For the one table with columns that change without an entry; of a single row, looked at when the transaction ends.
create or replace function ledger_row_entry_required() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  perform 1 from ledger_pending p
    where p.entry_id = new.version and p.subject_id = new.id and not p.covers_batch
      and p.transaction_id = pg_current_xact_id() and new.version > old.version;
  if not found then
    raise exception '% % changed without a ledger entry', tg_table_name, new.id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;

-- `columns`: only updates of these need an entry; without it, all updates do. `batches`: the role, which nobody can sign
-- in as, whose functions write many rows of this table under one entry, and see to versions themselves: of two batches
-- with the same row either may come last, because their entries are numbered before their rows are locked.
drop procedure if exists ledger_guard(regclass, text);
create or replace procedure ledger_guard(audited regclass, columns text default null, batches text default null)
  language plpgsql as $$
declare
  others text := case when batches is null then 'true' else format('current_user <> %L', batches) end;
  event text;
  name text;
begin
  for name in select tgname from pg_trigger where tgrelid = audited and not tgisinternal
               and (tgname like 'ledger\_%entry\_required%' or tgname = 'ledger_version_must_rise') loop
    execute format('drop trigger %I on %s', name, audited);
  end loop;
  foreach event in array array['insert', 'update', 'delete'] loop
    continue when event = 'update' and columns is not null;
    execute format('create trigger ledger_entry_required_%s after %s on %s referencing %s table as changed
                    for each statement when (%s) execute function ledger_entry_required()',
                   event, event, audited, case event when 'delete' then 'old' else 'new' end,
                   case event when 'delete' then 'true' else others end);
    if batches is not null and event <> 'delete' then
      execute format('create trigger ledger_batch_entry_required_%s after %s on %s referencing new table as changed
                      for each statement when (not (%s)) execute function ledger_entry_required(''batch'')',
                     event, event, audited, others);
    end if;
  end loop;
  if columns is not null then
    -- A statement cannot tell which columns it changed.
    execute format('create constraint trigger ledger_entry_required_update after update of %s on %s
                    deferrable initially deferred for each row execute function ledger_row_entry_required()',
                   columns, audited);
  end if;
  execute format('create trigger ledger_version_must_rise after update on %s for each row
                  when (%s and (new.id <> old.id or %s)) execute function ledger_version_must_rise()', audited, others,
                 case when columns is null then 'new.version <= old.version' else 'false' end);
end $$;

alter function ledger_entry_required() owner to longwatch_search;
alter function ledger_row_entry_required() owner to longwatch_search;
