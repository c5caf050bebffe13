-- Whether a compartment is one of named members, for those inside; and for privacy officers, who come to know of records
-- through what was found for a data subject. A yes or no.
create or replace function access_is_of_members(compartment uuid) returns boolean language sql stable security definer
  set search_path = public, pg_temp as $$
  select exists (select from access_compartment c where c.id = compartment and c.kind = 'record' and c.org_id = (select current_org())
                   and (c.id = any ((select visible_compartments())::uuid[]) or ((select has_role('{privacy}')) and c.id <> all ((select excluded_compartments())::uuid[]))))
$$;
alter function access_is_of_members(uuid) owner to longwatch_search;
