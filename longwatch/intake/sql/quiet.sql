-- Rules that keep alerts quiet.

call wall_by_compartment('intake_suppression');
call ledger_guard('intake_suppression');

-- The rules of a source's compartment that are in force, or come into force before anybody asks again. Whoever receives
-- knows them; who sends does not.
create or replace function intake_quiet_rules(source uuid) returns json
  language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(json_agg(json_build_object(
           'id', r.id, 'conditions', r.conditions, 'up_to', r.up_to_severity,
           'starts', extract(epoch from r.starts_at), 'expires', extract(epoch from r.expires_at))
           order by r.created_at), '[]')
    from intake_source s
    join intake_suppression r on r.compartment_id = s.compartment_id and r.ended_at is null
     and r.expires_at > now() and r.starts_at < now() + interval '2 minutes'
   where s.id = source
$$;
alter function intake_quiet_rules(uuid) owner to longwatch_search;
