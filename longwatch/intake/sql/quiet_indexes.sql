-- What is kept quiet can be most of what is open: lists of what is to be judged, and of what is kept quiet, each walk
-- an index that holds nothing else.

drop index if exists intake_signal_open_newest;
drop index if exists intake_signal_open_severe;
drop index if exists intake_signal_open_source;
drop index if exists intake_signal_open_kind;
create index intake_signal_open_newest on intake_signal (org_id, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is null;
create index intake_signal_open_severe on intake_signal (org_id, severity desc, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is null;
create index intake_signal_open_source on intake_signal (source_id, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is null;
create index intake_signal_open_kind on intake_signal (org_id, kind, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and kind <> 'alert' and suppression_id is null;
create index intake_signal_quiet_newest on intake_signal (org_id, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is not null;
create index intake_signal_quiet_severe on intake_signal (org_id, severity desc, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is not null;
create index intake_signal_quiet_source on intake_signal (source_id, first_seen desc, id desc)
  where status in ('new', 'acknowledged') and suppression_id is not null;

-- As deliveries.sql has it, of what is heard, by the index above.
create or replace function intake_source_health()
  returns table (source_id uuid, last_at timestamptz, failed int, lag_seconds float8)
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.id, intake_last_heard(s.id),
         (select count(*)::int from (select 1 from intake_delivery d
                                      where d.source_id = s.id and d.state = 'failed' limit 1001) f),
         (select percentile_cont(0.5) within group (order by extract(epoch from n.first_seen - n.occurred_at)::float8)
            from (select g.first_seen, g.occurred_at from intake_signal g
                   where g.source_id = s.id and g.status in ('new', 'acknowledged') and g.suppression_id is null
                   order by g.first_seen desc, g.id desc limit 100) n
           where n.occurred_at <> n.first_seen)
    from intake_source s
   where s.org_id = (select current_org()) and (select has_role('{administrator,supervisor}'))
$$;
alter function intake_source_health() owner to longwatch_search;
