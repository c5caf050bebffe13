-- Figures of sources, counted by the worker and read by whoever manages sources: pages never count signals themselves.
-- No history of anybody, so no entries; alerts only, because of when people reported nothing finer than the day is kept; no drills.

create table if not exists intake_figure (
  source_id        uuid not null,
  day              date not null,
  signals          int  not null,
  arrivals         bigint not null,
  dismissed        int  not null,
  led              int  not null,
  judged           int  not null,
  judge_mean       float8,
  judge_p90        float8,
  acknowledged     int  not null,
  acknowledge_mean float8,
  acknowledge_p90  float8,
  primary key (source_id, day)
);
create table if not exists intake_rule_figure (
  source_id uuid not null,
  rule      text not null,
  signals   int  not null,
  arrivals  bigint not null,
  dismissed int  not null,
  led       int  not null,
  last_at   timestamptz not null,
  primary key (source_id, rule)
);
do $$ declare name text; begin
  foreach name in array array['intake_figure', 'intake_rule_figure'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('drop policy if exists counts on %I', name);
    execute format('create policy counts on %I to longwatch_search using (true) with check (true)', name);
    execute format('grant select, insert, update, delete on %I to longwatch_search', name);
    execute format('revoke all on %I from longwatch_app', name);
  end loop;
end $$;

-- Counts the alerts of the last days anew, by the day on which they first came (UTC); returns how many rows it wrote.
create or replace function intake_count_figures(days int) returns int language plpgsql volatile security definer
  set search_path = public, pg_temp as $$
declare
  since timestamptz := (date_trunc('day', now() at time zone 'utc') - make_interval(days => days)) at time zone 'utc';
  written int;
begin
  with seen as (
    select e.subject_id, min(e.at) as at from ledger_entry e
     where e.action = 'signal.acknowledged' and e.at >= since group by 1),
  counted as (
    select s.source_id, (s.first_seen at time zone 'utc')::date as day, count(*)::int as signals, sum(s.count) as arrivals,
           count(*) filter (where s.status = 'dismissed')::int as dismissed,
           count(*) filter (where s.status in ('in_incident', 'in_case'))::int as led,
           count(s.closed_at)::int as judged,
           avg(extract(epoch from s.closed_at - s.first_seen)) as judge_mean,
           percentile_cont(0.9) within group (order by extract(epoch from s.closed_at - s.first_seen)::float8) as judge_p90,
           count(k.at)::int as acknowledged,
           avg(extract(epoch from k.at - s.first_seen)) as acknowledge_mean,
           percentile_cont(0.9) within group (order by extract(epoch from k.at - s.first_seen)::float8) as acknowledge_p90
      from intake_signal s left join seen k on k.subject_id = s.id
     where s.first_seen >= since and s.kind = 'alert' and s.dismiss_reason <> 'drill'
     group by 1, 2)
  insert into intake_figure as f select * from counted
    on conflict (source_id, day) do update
       set (signals, arrivals, dismissed, led, judged, judge_mean, judge_p90, acknowledged, acknowledge_mean,
            acknowledge_p90)
         = (excluded.signals, excluded.arrivals, excluded.dismissed, excluded.led, excluded.judged, excluded.judge_mean,
            excluded.judge_p90, excluded.acknowledged, excluded.acknowledge_mean, excluded.acknowledge_p90);
  get diagnostics written = row_count;
  return written;
end $$;

-- The same by rule, of the last thirty days: rules that fired at least five times.
create or replace function intake_count_rules() returns int language plpgsql volatile security definer
  set search_path = public, pg_temp as $$
declare
  written int;
begin
  delete from intake_rule_figure;
  insert into intake_rule_figure
    select s.source_id, s.rule, count(*), sum(s.count), count(*) filter (where s.status = 'dismissed'),
           count(*) filter (where s.status in ('in_incident', 'in_case')), max(s.last_seen)
      from intake_signal s
     where s.first_seen >= now() - interval '30 days' and s.kind = 'alert' and s.rule <> '' and s.dismiss_reason <> 'drill'
     group by 1, 2 having sum(s.count) >= 5;
  get diagnostics written = row_count;
  return written;
end $$;

-- Rules that fired and never led to anything, the loudest first.
create or replace function intake_useless_rules(source uuid, fired int) returns setof intake_rule_figure
  language sql stable security definer set search_path = public, pg_temp as $$
  select f.* from intake_rule_figure f
   where f.source_id = source and f.led = 0 and f.arrivals >= fired and (select has_role('{administrator,supervisor}'))
     and exists (select 1 from intake_source s where s.id = source and s.org_id = (select current_org())
                   -- What a rule is called is a sender's text: for who may read the source's signals.
                   and s.compartment_id = any ((select visible_compartments())::uuid[]))
   order by f.arrivals desc, f.rule limit 20
$$;

do $$ declare name text; begin
  foreach name in array array['intake_count_figures(int)', 'intake_count_rules()',
                              'intake_useless_rules(uuid, int)'] loop
    execute format('alter function %s owner to longwatch_search', name);
    execute format('revoke all on function %s from public', name);
    execute format('grant execute on function %s to longwatch_app', name);
  end loop;
end $$;
