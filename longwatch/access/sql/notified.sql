-- That somebody was told of a record is written by whoever tells them; all else about looking, by the one who looks.

drop policy if exists leaves on access_sight;
create policy leaves on access_sight for insert to longwatch_app with check (
  compartment_id = any ((select visible_compartments())::uuid[])
  and (account_id = (select current_account())
       or (how = 'notified' and exists (
         select 1 from access_account a where a.id = account_id and a.org_id = (select current_org())))));
