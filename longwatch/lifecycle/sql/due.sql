-- Closed records of the organisation for whoever manages retention: when and what sort, the reference only where they may
-- see the record itself. Each belongs to the first class whose kind and beginning of the sort fit; what closed before the
-- moment of its class is due, and without a moment never. The longest overdue come first.
drop function if exists lifecycle_closed(timestamptz, int);
create or replace function lifecycle_closed(kinds text[], sorts text[], befores timestamptz[], most int)
  returns table (kind text, id uuid, reference text, sort text, closed_at timestamptz, held boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  select r.kind, r.id, case when r.compartment_id = any ((select visible_compartments())::uuid[]) then r.reference else '' end,
         r.sort, r.closed_at, lifecycle_covers(r.id)
    from (select 'case' as kind, c.id, c.org_id, c.compartment_id, c.reference::text, c.type::text as sort, c.closed_at
            from cases_case c where c.status = 'closed'
          union all
          select 'incident', i.id, i.org_id, i.compartment_id, i.reference::text, i.category::text, i.closed_at
            from incidents_incident i where i.status in ('closed', 'merged')) r
    cross join lateral (select k.before from unnest(kinds, sorts, befores) with ordinality as k (kind, sort, before, place)
                         where k.kind = r.kind and starts_with(r.sort, k.sort) order by k.place limit 1) f
   where r.org_id = (select current_org()) and r.closed_at < f.before and (select has_role('{privacy}'))
     and r.compartment_id <> all ((select excluded_compartments())::uuid[])
     and not exists (select from lifecycle_disposal d where d.record_id = r.id
                      and (d.status in ('proposed', 'approved', 'running') or (d.status = 'done' and d.outcome <> 'person') or (d.status = 'kept' and d.keep_until > current_date)))
   order by f.before - r.closed_at desc, r.id limit most
$$;
alter function lifecycle_closed(text[], text[], timestamptz[], int) owner to longwatch_search;
