-- Signals whose severity rose after somebody had judged or put them off: the inbox shows them first, and whoever has
-- them in hand gets a notice.

comment on column intake_signal.stirred_at is 'outside the ledger';

create index if not exists intake_signal_stirred on intake_signal (org_id, stirred_at desc, id desc)
  where stirred_at is not null;

-- Of which rise somebody was told, and when. No history: what rose can be seen on the signal.
create table if not exists intake_rise_told (
  signal_id  uuid        primary key,
  stirred_at timestamptz not null,
  told_at    timestamptz not null default clock_timestamp()
);
alter table intake_rise_told enable row level security;
alter table intake_rise_told force row level security;
drop policy if exists tells on intake_rise_told;
create policy tells on intake_rise_told to longwatch_search using (true) with check (true);

-- Tells whoever has such a signal in hand, else whoever acknowledged or snoozed it last, and gives their addresses: at
-- most once an hour a signal, so that one that flaps fills nobody's list. For the worker, which acts for nobody.
create or replace function intake_tell_of_rises() returns table (email text)
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  delete from intake_rise_told t where t.told_at < now() - interval '1 day'
     and not exists (select 1 from intake_signal s where s.id = t.signal_id and s.stirred_at is not null);
  return query
  with due as (
    select s.id, s.org_id, s.compartment_id, s.stirred_at, coalesce(s.assignee_id, (
             select e.actor_id from ledger_entry e
              where e.subject_id = s.id and e.action in ('signal.acknowledged', 'signal.snoozed') and e.actor_kind = 'account'
              order by e.id desc limit 1)) as holder
      from intake_signal s left join intake_rise_told t on t.signal_id = s.id
     where s.stirred_at is not null and s.closed_at is null
       and (t.signal_id is null or (t.stirred_at < s.stirred_at and t.told_at < now() - interval '1 hour'))
     limit 500),
  kept as (
    insert into intake_rise_told as t (signal_id, stirred_at) select d.id, d.stirred_at from due d
      on conflict (signal_id) do update set stirred_at = excluded.stirred_at, told_at = clock_timestamp()
    returning t.signal_id),
  told as (
    insert into access_notice (id, org_id, account_id, kind, link, created_at)
    select gen_random_uuid(), d.org_id, a.id, 'severity_rose', '/signals/' || d.id, clock_timestamp()
      from due d join kept k on k.signal_id = d.id
      join access_account a on a.id = d.holder and a.org_id = d.org_id and a.is_active
      join access_compartment c on c.id = d.compartment_id
     -- Somebody may have lost sight of it since they had it in hand; a notice would tell them that it goes on.
     where (c.reader_roles && a.roles or exists (
              select 1 from access_membership m where m.account_id = a.id and m.compartment_id = c.id
                 and (m.ended_at is null or m.ended_at > now())))
       and not exists (
              select 1 from access_exclusion x join access_compartment n on n.id = x.compartment_id
               where x.account_id = a.id
                 and (n.id = c.id or (n.record_id is not null and n.record_id = c.record_id)))
    returning account_id)
  select distinct a.email::text from told t join access_account a on a.id = t.account_id;
end $$;

drop policy if exists tells_of_rises on access_notice;
create policy tells_of_rises on access_notice for insert to longwatch_search with check (kind = 'severity_rose');
drop policy if exists made_of_rises on access_notice;
create policy made_of_rises on access_notice for select to longwatch_search using (kind = 'severity_rose');

alter function intake_tell_of_rises() owner to longwatch_search;
