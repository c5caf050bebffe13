-- What the page Health counts: of the viewer's organisation only, and of sources that they may know of. Monitoring has
-- the numbers of the whole installation (gauges.sql).

create or replace function exchange_gauges_seen() returns table (name text, label text, value float8)
  language sql stable security definer set search_path = public, pg_temp as $$
  with own as (select s.id from intake_source s where intake_knows_source(s.org_id, s.compartment_id)),
  hooks as (
    select s.paused_at, c.failing_since, c.position, s.id
      from exchange_subscription s join exchange_course c on c.subscription_id = s.id
     where s.closed_at is null and s.org_id = (select current_org())),
  fetched as (
    select 'feeds' as what, f.enabled, coalesce(t.failures, 0) > 0 as fails
      from enrichment_feed f left join enrichment_feed_state t on t.feed_id = f.id
     where f.closed_at is null and f.org_id = (select current_org()) and (select has_role('{administrator,supervisor}'))
    union all
    select 'polls', p.enabled, coalesce(t.failures, 0) > 0
      from own join intake_poll p on p.source_id = own.id left join intake_poll_state t on t.poll_id = p.id
     where p.closed_at is null),
  queue as (
    select u.at from own cross join lateral (select n.at from intake_unsettled n where n.source_id = own.id limit 100001) u)
  select 'alone', '', ((select count(*) from (select 1 from access_organisation limit 2) o) < 2)::int::float8
  union all
  select 'unsettled_signals', '', least(count(*), 100001)::float8 from queue
  union all
  select 'unsettled_oldest_seconds', '', coalesce(extract(epoch from clock_timestamp() - min(q.at)), 0)::float8 from queue q
  union all
  select 'unread_deliveries', '', count(*)::float8
    from (select 1 from own join intake_delivery d on d.source_id = own.id where d.state = 'failed' limit 10001) f
  union all
  select 'webhooks', w.state, (select count(*) from hooks h
           where case w.state when 'paused' then h.paused_at is not null
                              when 'failing' then h.paused_at is null and h.failing_since is not null
                              else h.paused_at is null and h.failing_since is null end)::float8
    from unnest(array['active', 'failing', 'paused']) as w (state)
  union all
  select n.what, w.state, (select count(*) from fetched f
           where f.what = n.what and w.state = case when not f.enabled then 'paused' when f.fails then 'failing'
                                                    else 'active' end)::float8
    from unnest(array['feeds', 'polls']) as n (what) cross join unnest(array['active', 'failing', 'paused']) as w (state)
  union all
  select 'webhook_events_refused', '', count(*)::float8
    from (select 1 from exchange_dead_letter l join exchange_subscription s on s.id = l.subscription_id
           where l.resent_at is null and s.org_id = (select current_org()) limit 10001) r
  union all
  select 'webhook_behind_entries', '',
         coalesce(max((select coalesce(max(l.leaf_index) + 1, 0) from ledger_leaf l) - h.position), 0)::float8
    from hooks h where h.paused_at is null
$$;
alter function exchange_gauges_seen() owner to longwatch_search;
revoke all on function exchange_gauges_seen() from public;
grant execute on function exchange_gauges_seen() to longwatch_app;
