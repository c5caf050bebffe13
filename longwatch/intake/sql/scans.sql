-- What is shown of sources is not counted anew for each look, however much came: the worker goes on from where it was.

-- Signals come roughly in order of time, so these cost next to nothing.
create index if not exists intake_signal_first_seen on intake_signal using brin (first_seen) with (autosummarize = on);
create index if not exists ledger_entry_acknowledged on ledger_entry (at) where action = 'signal.acknowledged';

-- Arrivals by minute, of the last day, without canaries; and until when they are counted.
create table if not exists intake_volume (
  source_id uuid        not null,
  minute    timestamptz not null,
  arrivals  int         not null,
  primary key (source_id, minute)
);
create table if not exists intake_volume_mark (one bool primary key default true check (one), until timestamptz not null);
-- When something that is no canary was heard of a source, as far as its entries were looked at.
create table if not exists intake_heard (
  source_id uuid   primary key,
  entry_id  bigint not null,
  at        timestamptz
);
do $$ declare name text; begin
  foreach name in array array['intake_volume', 'intake_volume_mark', 'intake_heard'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('drop policy if exists counts on %I', name);
    execute format('create policy counts on %I to longwatch_search using (true) with check (true)', name);
    execute format('grant select, insert, update, delete on %I to longwatch_search', name);
    execute format('revoke all on %I from longwatch_app', name);
  end loop;
end $$;

-- Counts what came since it counted last. What is younger than a minute or two may still be being written down: it is
-- left for the next time.
create or replace function intake_count_volume() returns int language plpgsql volatile security definer
  set search_path = public, pg_temp as $$
declare
  since timestamptz;
  upto timestamptz := date_trunc('minute', now() - interval '1 minute');
  written int;
begin
  insert into intake_volume_mark (until) values (date_trunc('minute', now() - interval '25 hours')) on conflict do nothing;
  select greatest(m.until, date_trunc('minute', now() - interval '25 hours')) into since from intake_volume_mark m for update;
  if since >= upto then
    return 0;
  end if;
  insert into intake_volume as v (source_id, minute, arrivals)
    select o.source_id, date_trunc('minute', o.at), count(*) from intake_occurrence o
     where o.at >= since and o.at < upto
       and not exists (select 1 from intake_canary c where c.entry_id = o.entry_id)
     group by 1, 2
    on conflict (source_id, minute) do update set arrivals = excluded.arrivals;
  get diagnostics written = row_count;
  update intake_volume_mark set until = upto;
  delete from intake_volume where minute < now() - interval '26 hours';
  return written;
end $$;

-- Looks at the entries of each source since it looked last. Which of them are canaries is known within seconds.
create or replace function intake_note_heard() returns int language plpgsql volatile security definer
  set search_path = public, pg_temp as $$
declare
  noted int;
begin
  insert into intake_heard as k (source_id, entry_id, at)
    select s.id, fresh.newest, coalesce(real.at, h.at)
      from intake_source s left join intake_heard h on h.source_id = s.id
      cross join lateral (
        select max(e.id) as newest from ledger_entry e
         where e.subject_id = s.id and e.action = 'signal.received' and e.id > coalesce(h.entry_id, 0)
           and e.at < now() - interval '2 minutes') fresh
      left join lateral (
        select e.at from ledger_entry e
         where e.subject_id = s.id and e.action = 'signal.received' and e.id > coalesce(h.entry_id, 0) and e.id <= fresh.newest
           and not exists (select 1 from intake_canary c where c.entry_id = e.id)
         order by e.id desc limit 1) real on true
     where fresh.newest is not null
    on conflict (source_id) do update set entry_id = excluded.entry_id, at = excluded.at;
  get diagnostics noted = row_count;
  return noted;
end $$;

-- When anything came from a source last, readable or not; a canary is no sign of life.
create or replace function intake_last_heard(source uuid) returns timestamptz language sql stable
  set search_path = public, pg_temp as $$
  select greatest((select e.at from ledger_entry e
                    where e.subject_id = source and e.action = 'signal.received'
                      and e.id > coalesce((select h.entry_id from intake_heard h where h.source_id = source), 0)
                      and not exists (select 1 from intake_canary c where c.entry_id = e.id)
                    order by e.id desc limit 1),
                  (select h.at from intake_heard h where h.source_id = source),
                  (select d.at from intake_delivery d where d.source_id = source order by d.at desc limit 1))
$$;

-- Tells supervisors of canaries that were not seen in time, once each, and gives their addresses; forgets old ones,
-- whose signals stay as long as other dismissed ones.
create or replace function intake_tell_of_canaries() returns table (email text)
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  -- Not before their entries were looked at (intake_note_heard).
  delete from intake_canary c
   where c.sent_at < now() - interval '30 days'
     and (c.entry_id is null
          or exists (select from intake_heard h where h.source_id = c.source_id and h.entry_id >= c.entry_id));
  return query
  with lost as (
    update intake_canary c set told_at = clock_timestamp()
     where c.way = 'schedule' and c.told_at is null and c.seen_at is null
       and (c.failed_at is not null or c.sent_at < now() - interval '3 minutes')
    returning c.org_id, c.source_id),
  told as (
    insert into access_notice (id, org_id, account_id, kind, link, created_at)
    select gen_random_uuid(), l.org_id, a.id, 'canary_lost', '/administration/sources/' || l.source_id || '/canary',
           clock_timestamp()
      from lost l join access_account a on a.org_id = l.org_id and a.is_active and a.roles && '{supervisor}'
    returning account_id)
  select distinct a.email::text from told t join access_account a on a.id = t.account_id;
end $$;

alter function intake_count_volume() owner to longwatch_search;
alter function intake_note_heard() owner to longwatch_search;
alter function intake_tell_of_canaries() owner to longwatch_search;
