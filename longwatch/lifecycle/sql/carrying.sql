-- Who carries out what was approved, and where nobody can.

-- As whom the job does it: an identifier, and nothing else.
drop function if exists lifecycle_proposer(uuid);
create or replace function lifecycle_carrier(disposal uuid) returns uuid language sql stable security definer
  set search_path = public, pg_temp as $$
  select coalesce(d.taken_up_by_id, d.proposed_by_id) from lifecycle_disposal d where d.id = disposal
$$;
alter function lifecycle_carrier(uuid) owner to longwatch_search;

-- Which of these stand still, as whoever was to carry them out left, is no privacy officer now, or may not know of the
-- record any more; of those that the asker may know of. Which of the three it is, is not told.
create or replace function lifecycle_standing_still(wanted uuid[]) returns setof uuid language sql stable security definer
  set search_path = public, pg_temp as $$
  select d.id from lifecycle_disposal d
    left join access_account a on a.id = coalesce(d.taken_up_by_id, d.proposed_by_id) and a.is_active and a.roles && '{privacy}'
   where d.id = any (wanted) and d.org_id = (select current_org()) and d.status in ('approved', 'running')
     and (d.compartment_id = any ((select visible_compartments())::uuid[])
          or ((select has_role('{privacy}')) and d.compartment_id <> all ((select excluded_compartments())::uuid[])))
     and (a.id is null
          or exists (select from access_exclusion x join access_compartment n on n.id = x.compartment_id
                       join access_compartment c on c.id = n.id or (n.record_id is not null and c.record_id = n.record_id)
                      where x.account_id = a.id and c.id = d.compartment_id))
$$;
alter function lifecycle_standing_still(uuid[]) owner to longwatch_search;
