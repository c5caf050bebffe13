-- How the installation is doing, in numbers, for monitoring: nothing about anybody, and of sources their names.

create or replace function exchange_gauges() returns table (name text, label text, value float8)
  language sql stable security definer set search_path = public, pg_temp as $$
  select 'unsettled_signals', '', (select count(*) from (select 1 from intake_unsettled limit 100001) u)::float8
  union all
  select 'unsettled_oldest_seconds', '',
         coalesce((select extract(epoch from clock_timestamp() - min(u.at)) from intake_unsettled u), 0)::float8
  union all
  select 'unread_deliveries', '',
         (select count(*) from (select 1 from intake_delivery d where d.state = 'failed' limit 10001) f)::float8
  union all
  select 'source_heard_seconds', o.slug || '/' || s.slug,
         extract(epoch from clock_timestamp() - coalesce(intake_last_heard(s.id), s.created_at))::float8
    from intake_source s join access_organisation o on o.id = s.org_id where s.enabled
  union all
  select 'webhooks', w.state, count(*)::float8
    from (select case when s.paused_at is not null then 'paused' when c.failing_since is not null then 'failing'
                      else 'active' end as state
            from exchange_subscription s join exchange_course c on c.subscription_id = s.id
           where s.closed_at is null) w
   group by w.state
  union all
  select 'webhook_events_delivered', '', coalesce(sum(c.delivered), 0)::float8 from exchange_course c
  union all
  select 'webhook_events_refused', '', count(*)::float8
    from (select 1 from exchange_dead_letter l where l.resent_at is null limit 10001) r
  union all
  select 'webhook_behind_entries', '',
         coalesce(max((select coalesce(max(l.leaf_index) + 1, 0) from ledger_leaf l) - c.position), 0)::float8
    from exchange_course c join exchange_subscription s on s.id = c.subscription_id
   where s.closed_at is null and s.paused_at is null
  union all
  select f.what, f.state, f.n::float8 from enrichment_fetching() f
$$;
alter function exchange_gauges() owner to longwatch_search;
revoke all on function exchange_gauges() from public;
grant execute on function exchange_gauges() to longwatch_app;
