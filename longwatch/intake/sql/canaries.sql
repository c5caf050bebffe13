-- Test signals that Longwatch sends to itself.

alter table intake_canary enable row level security;
alter table intake_canary force row level security;
drop policy if exists inside on intake_canary;
create policy inside on intake_canary to longwatch_app
  using (org_id = (select current_org())) with check (org_id = (select current_org()));
drop policy if exists definer on intake_canary;
create policy definer on intake_canary to longwatch_search using (true) with check (true);
drop policy if exists engine on intake_canary;
create policy engine on intake_canary to longwatch_engine using (true) with check (true);

-- The sources that a canary is due for, and for whom it is sent: who asked for it, else a supervisor who is still
-- there. For the worker, which acts for nobody.
create or replace function intake_canaries_due() returns table (source_id uuid, account_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.id, coalesce((select a.id from access_account a where a.id = s.canary_account_id and a.is_active),
                        (select a.id from access_account a where a.org_id = s.org_id and a.is_active
                            and a.roles && '{supervisor}' order by a.created_at, a.id limit 1))
    from intake_source s
   where s.enabled and s.canary_minutes is not null
     and not exists (select 1 from intake_canary c where c.source_id = s.id and c.way = 'schedule'
                        and c.sent_at > now() - make_interval(mins => s.canary_minutes) + interval '10 seconds')
$$;

-- The canaries that are still on their way, and for whom they are looked for.
create or replace function intake_canaries_open() returns table (canary_id uuid, account_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select c.id, c.account_id from intake_canary c
   where c.seen_at is null and c.failed_at is null and c.sent_at > now() - interval '1 day' order by c.sent_at limit 1000
$$;

-- Tells supervisors of canaries that were not seen in time, once each, and gives their addresses; forgets old ones,
-- whose signals stay.
create or replace function intake_tell_of_canaries() returns table (email text)
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  delete from intake_canary c where c.sent_at < now() - interval '90 days' and c.entry_id is null;
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

drop policy if exists tells_of_canaries on access_notice;
create policy tells_of_canaries on access_notice for insert to longwatch_search with check (kind = 'canary_lost');
drop policy if exists made_of_canaries on access_notice;
create policy made_of_canaries on access_notice for select to longwatch_search using (kind = 'canary_lost');

-- When anything came from a source last, readable or not; a canary is no sign of life.
create or replace function intake_last_heard(source uuid) returns timestamptz language sql stable
  set search_path = public, pg_temp as $$
  select greatest((select e.at from ledger_entry e where e.subject_id = source and e.action = 'signal.received'
                      and not exists (select 1 from intake_canary c where c.entry_id = e.id)
                    order by e.id desc limit 1),
                  (select d.at from intake_delivery d where d.source_id = source order by d.at desc limit 1))
$$;

alter function intake_canaries_due() owner to longwatch_search;
alter function intake_canaries_open() owner to longwatch_search;
alter function intake_tell_of_canaries() owner to longwatch_search;
