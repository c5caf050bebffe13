-- Answers that are kept to be said again hold what one account was told: no other account ever reads them. Nobody
-- changes one, and only what is a day old can be deleted, by anybody: the job that forgets acts as nobody.

alter table access_api_replay enable row level security;
alter table access_api_replay force row level security;
drop policy if exists own on access_api_replay;
create policy own on access_api_replay for select to longwatch_app
  using (account_id = (select current_account()));
drop policy if exists keeps on access_api_replay;
create policy keeps on access_api_replay for insert to longwatch_app
  with check (account_id = (select current_account()) and org_id = (select current_org()));
drop policy if exists forgets on access_api_replay;
create policy forgets on access_api_replay for delete to longwatch_app
  using (created_at < now() - interval '24 hours');
