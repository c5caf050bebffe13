-- Webhooks out: set up by administrators; the account on whose behalf one is told reads it and moves it on.

do $$ declare name text; begin
  foreach name in array array['exchange_subscription', 'exchange_course', 'exchange_dead_letter'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('drop policy if exists inside on %I', name);
    execute format('drop policy if exists definer on %I', name);
    execute format('drop policy if exists tells on %I', name);
  end loop;
end $$;

create policy inside on exchange_subscription to longwatch_app
  using (org_id = (select current_org()) and (select has_role('{administrator}')))
  with check (org_id = (select current_org()) and (select has_role('{administrator}'))
              and exists (select 1 from access_account a where a.id = account_id and a.org_id = (select current_org())));
create policy tells on exchange_subscription to longwatch_app
  using (account_id = (select current_account())) with check (account_id = (select current_account()));
create policy definer on exchange_subscription for select to longwatch_search using (true);
create policy inside on exchange_course to longwatch_app
  using (exists (select 1 from exchange_subscription s where s.id = subscription_id))
  with check (exists (select 1 from exchange_subscription s where s.id = subscription_id));
create policy inside on exchange_dead_letter to longwatch_app
  using (exists (select 1 from exchange_subscription s where s.id = subscription_id))
  with check (exists (select 1 from exchange_subscription s where s.id = subscription_id));
create policy definer on exchange_course for select to longwatch_search using (true);
create policy definer on exchange_dead_letter for select to longwatch_search using (true);
call ledger_guard('exchange_subscription');

-- On whose behalf somebody is to be told now: the worker acts for nobody until it knows.
create or replace function exchange_tellers(now timestamptz) returns table (subscription_id uuid, account_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.id, s.account_id from exchange_subscription s join exchange_course c on c.subscription_id = s.id
   where s.closed_at is null and s.paused_at is null and c.next_at <= now
     and (c.taken_until is null or c.taken_until < now)
   order by c.next_at, s.id limit 100
$$;
alter function exchange_tellers(timestamptz) owner to longwatch_search;
revoke all on function exchange_tellers(timestamptz) from public;
grant execute on function exchange_tellers(timestamptz) to longwatch_app;
