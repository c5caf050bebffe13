-- Receipts of anchors: which checkpoint was kept where, and what kept it from that. Insert-only. Nothing here proves
-- anything by itself: the proof is what the anchor keeps, outside.

create table if not exists ledger_anchor (
  id      bigint generated always as identity primary key,
  size    bigint      not null,
  anchor  text        not null,
  target  text        not null,
  ok      boolean     not null,
  detail  text        not null default '',
  alarm   boolean     not null default false,
  receipt bytea       not null default '',
  at      timestamptz not null default clock_timestamp()
);
create index if not exists ledger_anchor_newest on ledger_anchor (anchor, ok, id desc);

drop trigger if exists ledger_append_only on ledger_anchor;
create trigger ledger_append_only before update or delete on ledger_anchor
  for each row execute function ledger_refuse_change();
drop trigger if exists ledger_never_emptied on ledger_anchor;
create trigger ledger_never_emptied before truncate on ledger_anchor
  for each statement execute function ledger_refuse_change();
alter table ledger_anchor enable row level security;
alter table ledger_anchor force row level security;
drop policy if exists verifies on ledger_anchor;
create policy verifies on ledger_anchor for select to longwatch_verifier using (true);
-- Of the installation, not of an organisation: sizes, times and names of anchors. The pages show no target.
drop policy if exists inside on ledger_anchor;
create policy inside on ledger_anchor for select to longwatch_app using (true);
drop policy if exists receives on ledger_anchor;
create policy receives on ledger_anchor for insert to longwatch_app with check (true);
drop policy if exists definer on ledger_anchor;
create policy definer on ledger_anchor for select to longwatch_search using (true);

-- Runs of `longwatch verify` that the worker made, and what they found. Insert-only.
create table if not exists ledger_verification (
  id      bigint generated always as identity primary key,
  began   timestamptz not null,
  ended   timestamptz not null default clock_timestamp(),
  status  smallint    not null,
  faults  int         not null,
  size    bigint      not null,
  summary text        not null,
  listed  text[]      not null default '{}'
);
drop trigger if exists ledger_append_only on ledger_verification;
create trigger ledger_append_only before update or delete on ledger_verification
  for each row execute function ledger_refuse_change();
drop trigger if exists ledger_never_emptied on ledger_verification;
create trigger ledger_never_emptied before truncate on ledger_verification
  for each statement execute function ledger_refuse_change();
alter table ledger_verification enable row level security;
alter table ledger_verification force row level security;
drop policy if exists inside on ledger_verification;
create policy inside on ledger_verification for select to longwatch_app using (true);
drop policy if exists receives on ledger_verification;
create policy receives on ledger_verification for insert to longwatch_app with check (true);
drop policy if exists definer on ledger_verification;
create policy definer on ledger_verification for select to longwatch_search using (true);

-- How the ledger stands as a whole: numbers and times, which say nothing of any record. The time that something has
-- waited is the time it was received here (the reporter's own entries are dated to the day).
create or replace function ledger_standing(out sealed bigint, out sealed_at timestamptz, out waiting bigint, out oldest timestamptz)
  language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(last.leaf_index + 1, 0), e.at,
         (select count(*) from ledger_pending),
         (select min(w.at) from (select o.at from ledger_pending p join ledger_entry o on o.id = p.entry_id
                                  where o.actor_kind <> 'reporter' order by p.entry_id limit 100) w)
    from (select 1) one
    left join lateral (select l.leaf_index, l.entry_id from ledger_leaf l order by l.leaf_index desc limit 1) last on true
    left join ledger_entry e on e.id = last.entry_id
$$;
alter function ledger_standing() owner to longwatch_search;
