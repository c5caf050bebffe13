-- Figures of sources and what was given up, for whoever may know of a source: administrators, who set all of them up,
-- and supervisors inside its compartment. How much comes and how it is judged tells of what only others may know.

create or replace function intake_knows_source(organisation uuid, compartment uuid) returns boolean
  language sql stable as $$
  select organisation = (select current_org())
     and ((select has_role('{administrator}'))
          or (select has_role('{supervisor}')) and compartment = any ((select visible_compartments())::uuid[]))
$$;

create or replace function intake_source_figures(source uuid) returns setof intake_figure
  language sql stable security definer set search_path = public, pg_temp as $$
  select f.* from intake_figure f
   where f.source_id = source and f.day > current_date - 31
     and exists (select 1 from intake_source s where s.id = source and intake_knows_source(s.org_id, s.compartment_id))
   order by f.day desc
$$;

-- Arrivals of one source by hour, of the last day, without canaries: what was counted (scans.sql), and the last minutes.
create or replace function intake_source_volume(source uuid) returns table (hour timestamptz, arrivals int)
  language sql stable security definer set search_path = public, pg_temp as $$
  select date_trunc('hour', k.at), sum(k.arrivals)::int from (
      select v.minute as at, v.arrivals from intake_volume v
       where v.source_id = source and v.minute > now() - interval '24 hours'
      union all
      select o.at, 1 from intake_occurrence o
       where o.source_id = source
         and o.at >= greatest((select m.until from intake_volume_mark m), now() - interval '5 minutes')
         and not exists (select 1 from intake_canary c where c.entry_id = o.entry_id)) k
   where exists (select 1 from intake_source s where s.id = source and intake_knows_source(s.org_id, s.compartment_id))
   group by 1 order by 1
$$;

-- As deliveries.sql has it, of what is heard, by the index of what is open and not kept quiet.
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
    from intake_source s where intake_knows_source(s.org_id, s.compartment_id)
$$;

-- Signals that a stage failed on so often that the engine leaves them: they stay where they are until somebody has them
-- tried again, or until they come again.
drop policy if exists definer on intake_settling;
create policy definer on intake_settling to longwatch_search using (true) with check (true);
create index if not exists intake_settling_given_up on intake_settling (source_id) where attempts > 0;

create or replace function intake_given_up(most int) returns table (source_id uuid, source text, signals int)
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.id, s.name::text, count(*)::int from intake_settling t join intake_source s on s.id = t.source_id
   where t.attempts >= most and t.attempts > 0 and intake_knows_source(s.org_id, s.compartment_id)
   group by 1, 2 order by 2, 1
$$;

create or replace function intake_try_again(source uuid, most int) returns int
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare tried int;
begin
  update intake_settling t set attempts = 0
    from intake_source s
   where t.source_id = source and s.id = source and t.attempts >= most and t.attempts > 0
     and intake_knows_source(s.org_id, s.compartment_id);
  get diagnostics tried = row_count;
  return tried;
end $$;

-- Of the whole installation, for monitoring: a number, and nothing about whose.
create or replace function intake_given_up_count(most int) returns int
  language sql stable security definer set search_path = public, pg_temp as $$
  select count(*)::int from intake_settling t where t.attempts >= most and t.attempts > 0
$$;

revoke all on function intake_knows_source(uuid, uuid) from public;
do $$ declare name text; begin
  foreach name in array array['intake_source_figures(uuid)', 'intake_source_volume(uuid)', 'intake_source_health()',
                              'intake_given_up(int)', 'intake_try_again(uuid, int)', 'intake_given_up_count(int)'] loop
    execute format('alter function %s owner to longwatch_search', name);
    execute format('revoke all on function %s from public', name);
    execute format('grant execute on function %s to longwatch_app', name);
  end loop;
end $$;
grant execute on function intake_knows_source(uuid, uuid) to longwatch_search;
