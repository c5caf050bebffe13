-- The tree over the ledger's entries (RFC 6962): places of leaves, hashes of perfect subtrees, signed checkpoints, and
-- the keys they were signed with. All insert-only. The role longwatch_sequencer writes them through two functions that
-- leave it no choice of content; the pages read what proofs need.

create table if not exists ledger_leaf (
  leaf_index bigint primary key check (leaf_index >= 0),
  entry_id   bigint not null unique
);

-- Only subtrees of 2^level leaves that are all there: such a hash never changes. Level 0 holds the hashes of leaves.
create table if not exists ledger_node (
  level smallint not null check (level between 0 and 62),
  idx   bigint   not null check (idx >= 0),
  hash  bytea    not null check (octet_length(hash) = 32),
  primary key (level, idx)
);

-- Every signed note there ever was (C2SP tlog-checkpoint), with our own signature.
create table if not exists ledger_checkpoint (
  size bigint      primary key check (size > 0),
  note text        not null,
  at   timestamptz not null default clock_timestamp()
);

-- Further signature lines under a note, of witnesses.
create table if not exists ledger_cosignature (
  size bigint      not null references ledger_checkpoint,
  line text        not null,
  at   timestamptz not null default clock_timestamp(),
  primary key (size, line)
);

-- The verifier keys, in their order. One signs the checkpoints of more than `after_size` leaves, until the next one
-- does; `rotation` is the note, signed by both, in which the key before it names it. The first has none.
create table if not exists ledger_key (
  number     int         primary key check (number > 0),
  vkey       text        not null unique,
  after_size bigint      not null check (after_size >= 0),
  rotation   text        not null check ((rotation = '') = (number = 1)),
  at         timestamptz not null default clock_timestamp()
);

do $$
declare
  name text;
begin
  foreach name in array array['ledger_leaf', 'ledger_node', 'ledger_checkpoint', 'ledger_cosignature', 'ledger_key'] loop
    execute format('drop trigger if exists ledger_append_only on %I', name);
    execute format('create trigger ledger_append_only before update or delete on %I
                    for each row execute function ledger_refuse_change()', name);
    execute format('drop trigger if exists ledger_never_emptied on %I', name);
    execute format('create trigger ledger_never_emptied before truncate on %I
                    for each statement execute function ledger_refuse_change()', name);
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('drop policy if exists verifies on %I', name);
    execute format('create policy verifies on %I for select to longwatch_verifier, longwatch_sequencer using (true)', name);
    execute format('drop policy if exists definer on %I', name);
    execute format('create policy definer on %I for select to longwatch_search using (true)', name);
    execute format('drop policy if exists sequences on %I', name);
    execute format('create policy sequences on %I for insert to %s with check (true)', name,
                   case when name in ('ledger_cosignature', 'ledger_key') then 'longwatch_sequencer'
                        else 'longwatch_search' end);
    execute format('drop policy if exists inside on %I', name);
    -- Hashes of salted commitments say nothing; an index says how much others do, and only of entries one may read.
    execute format('create policy inside on %I for select to longwatch_app using (%s)', name,
                   case name when 'ledger_leaf' then 'exists (select 1 from ledger_entry e where e.id = entry_id)'
                             else 'true' end);
  end loop;
end $$;

drop trigger if exists ledger_never_emptied on ledger_entry;
create trigger ledger_never_emptied before truncate on ledger_entry
  for each statement execute function ledger_refuse_change();

-- Give up to `most` waiting entries their places, in order of entry, and store the subtrees that they complete; returns
-- the size of the tree. One at a time. Entries of the caller's own transaction stay: the guard looks for them there.
create or replace function ledger_sequence(most int) returns bigint language plpgsql volatile security definer
  set search_path = public, pg_temp as $$
declare
  before bigint;
  size bigint;
  lvl int := 0;
begin
  -- Each statement below sees what whoever held this lock has committed.
  perform pg_advisory_xact_lock(hashtext('longwatch.ledger.sequencer'));
  select coalesce(max(l.leaf_index) + 1, 0) into before from ledger_leaf l;
  with taken as (
    delete from ledger_pending p where p.entry_id in (
      select w.entry_id from ledger_pending w where w.transaction_id is distinct from pg_current_xact_id()
       order by w.entry_id limit most)
    returning p.entry_id, p.leaf_hash
  ), placed as (
    -- Entries that already waited when this came have their hash only in the ledger.
    select before + row_number() over (order by t.entry_id) - 1 as leaf_index, t.entry_id,
           coalesce(t.leaf_hash, (select e.leaf_hash from ledger_entry e where e.id = t.entry_id)) as hash
      from taken t
  ), leaves as (
    insert into ledger_leaf (leaf_index, entry_id) select p.leaf_index, p.entry_id from placed p order by 1
  )
  insert into ledger_node (level, idx, hash) select 0, p.leaf_index, p.hash from placed p order by 2;
  get diagnostics size = row_count;
  size := before + size;
  while size >> (lvl + 1) > before >> (lvl + 1) loop
    insert into ledger_node (level, idx, hash)
    select lvl + 1, n.idx >> 1, sha256('\x01'::bytea || string_agg(n.hash, ''::bytea order by n.idx))
      from ledger_node n
     where n.level = lvl and n.idx >= before >> (lvl + 1) << 1 and n.idx < size >> (lvl + 1) << 1
     group by n.idx >> 1 order by 2;
    lvl := lvl + 1;
  end loop;
  return size;
end $$;

-- The root over the first `size` leaves, from the largest perfect subtrees that make them up.
create or replace function ledger_root(size bigint) returns bytea language plpgsql stable
  set search_path = public, pg_temp as $$
declare
  lvl int := 0;
  node bytea;
  root bytea;
begin
  while size >> lvl > 0 loop
    if size >> lvl & 1 = 1 then
      select n.hash into strict node from ledger_node n where n.level = lvl and n.idx = (size >> lvl) - 1;
      root := case when root is null then node else sha256('\x01'::bytea || node || root) end;
    end if;
    lvl := lvl + 1;
  end loop;
  return coalesce(root, sha256(''::bytea));
end $$;

-- Keep a signed note; refuses one about another tree than ours, and one that is not longer than the last. Whether the
-- signature is good the database cannot tell: whoever reads a note does.
create or replace function ledger_keep_checkpoint(size bigint, note text) returns void
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtext('longwatch.ledger.sequencer'));
  if exists (select 1 from ledger_checkpoint c where c.size = $1 and c.note = $2) then
    return;
  end if;
  if size is distinct from split_part(note, E'\n', 2)::bigint
     or split_part(note, E'\n', 3) is distinct from encode(ledger_root(size), 'base64')
     or exists (select 1 from ledger_checkpoint c where c.size >= $1) then
    raise exception 'a checkpoint that does not follow' using errcode = 'integrity_constraint_violation';
  end if;
  insert into ledger_checkpoint (size, note) values ($1, $2);
end $$;

alter function ledger_sequence(int) owner to longwatch_search;
alter function ledger_keep_checkpoint(bigint, text) owner to longwatch_search;
