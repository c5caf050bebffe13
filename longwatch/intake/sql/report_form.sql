-- What the report form needs while nobody is signed in, what its reporters may see of their reports, and how often
-- an entity was seen. Each function applies its own test, because it reads past row security.

create index if not exists intake_signal_reporter on intake_signal ((report ->> 'account'), first_seen desc)
  where kind = 'report' and report ? 'account';

-- What sleeps is little among what is open.
create index if not exists intake_signal_snoozed on intake_signal (org_id, first_seen desc, id desc)
  where snoozed_until is not null;

-- As much of the state as a reporter may know: that it arrived, that somebody looks at it, that it is finished.
create or replace function report_state(status text, closed_at timestamptz) returns text language sql immutable as $$
  select case when closed_at is not null or status = 'dismissed' then 'finished'
              when status = 'new' then 'received' else 'in_hand' end
$$;

-- One's own reports, also for those who may read no signals.
create or replace function my_reports(lim int)
  returns table (id uuid, title text, place text, received_at timestamptz, state text)
  language sql stable security definer
  set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
  select s.id, s.title, s.place, s.first_seen, report_state(s.status, s.closed_at) from intake_signal s
   where s.kind = 'report' and s.report ? 'account' and s.report ->> 'account' = current_account()::text
     and s.org_id = (select current_org())
   order by s.first_seen desc limit lim
$$;

-- How often signals name each entity and how many of those were dismissed: counted to a hundred.
drop function if exists intake_entity_counts(uuid[]);
create function intake_entity_counts(entities uuid[])
  returns table (entity uuid, seen bigint, dismissed bigint, more boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.entity, sum(s.n), coalesce(sum(s.n) filter (where s.outcome in ('dismissed', 'duplicate')), 0), bool_or(s.more)
    from intake_sightings(entities, '{}', 100) s group by s.entity
$$;

alter function my_reports(int) owner to longwatch_search;
alter function intake_entity_counts(uuid[]) owner to longwatch_search;
