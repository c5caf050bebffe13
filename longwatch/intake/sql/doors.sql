-- Webhooks: seen and changed by whoever manages sources; read by what receives.

alter table intake_door enable row level security;
alter table intake_door force row level security;
drop policy if exists inside on intake_door;
create policy inside on intake_door to longwatch_app
  using (org_id = (select current_org()) and (select has_role('{administrator,supervisor}')))
  with check (org_id = (select current_org()) and (select has_role('{administrator,supervisor}'))
              and exists (select 1 from intake_source s where s.id = source_id and s.org_id = intake_door.org_id));
drop policy if exists definer on intake_door;
create policy definer on intake_door for select to longwatch_search using (true);
drop policy if exists receives on intake_door;
create policy receives on intake_door for select to longwatch_intake using (true);
call ledger_guard('intake_door');
