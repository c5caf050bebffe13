-- Bundles of what goes, or went: they hold it still, so nobody gets one that was asked for before its content went.

-- Yes or no, and nothing of the disposal: whether content of a record that a bundle asked for at `since` may hold is going
-- or gone.
create or replace function lifecycle_recalls(record uuid, since timestamptz) returns boolean
  language sql stable security definer set search_path = public, pg_temp as $$
  select exists (
    select from lifecycle_disposal d
     where (d.status in ('approved', 'running') or (d.status = 'done' and d.finished_at >= since))
       and (d.record_id = record or record = any (d.signals)
            or (exists (select from records_link l where l.from_id = record and l.to_id = d.record_id and l.kind = 'belongs'
                                                     and l.ended_at is null)
                and record = any (lifecycle_parts(d.record_id)))))
$$;
alter function lifecycle_recalls(uuid, timestamptz) owner to longwatch_search;

-- Which bundles those are, by identifier only: their files go with the content.
create or replace function lifecycle_recalled(disposal uuid) returns setof uuid
  language sql stable security definer set search_path = public, pg_temp as $$
  select x.id from lifecycle_disposal d
    join exchange_export x on x.record_id = any (lifecycle_parts(d.record_id) || d.signals)
   where d.id = disposal and d.org_id = (select current_org()) and (select has_role('{privacy}')) and d.status = 'running'
$$;
alter function lifecycle_recalled(uuid) owner to longwatch_search;
