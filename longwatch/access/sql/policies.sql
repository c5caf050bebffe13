-- Row security of compartments, memberships and the ledger.

create index if not exists access_compartment_readers on access_compartment using gin (reader_roles)
  where reader_roles <> '{}';

alter table access_compartment enable row level security;
alter table access_compartment force row level security;
drop policy if exists inside on access_compartment;
create policy inside on access_compartment to longwatch_app
  using (id = any ((select visible_compartments())::uuid[]))
  with check (id = any ((select own_compartments())::uuid[]));
drop policy if exists creates on access_compartment;
-- A new compartment is empty, so nobody can be inside it yet; its first member is added in the same transaction.
-- One that opens to a whole role is an administrator's to make (who need not be a reader of it).
create policy creates on access_compartment for insert to longwatch_app
  with check (org_id = (select current_org()) and (reader_roles = '{}' or (select has_role('{administrator}'))));
drop policy if exists definer on access_compartment;
create policy definer on access_compartment for select to longwatch_search using (true);

alter table access_membership enable row level security;
alter table access_membership force row level security;
drop policy if exists inside on access_membership;
create policy inside on access_membership to longwatch_app
  using (compartment_id = any ((select visible_compartments())::uuid[]))
  with check (compartment_id = any ((select own_compartments())::uuid[]));
drop policy if exists grants on access_membership;
-- The first member of an empty compartment adds themself; after that only somebody inside lets others in.
create policy grants on access_membership for insert to longwatch_app
  with check (compartment_id = any ((select own_compartments())::uuid[])
              or (account_id = (select current_account()) and compartment_is_empty(compartment_id)));
drop policy if exists definer on access_membership;
create policy definer on access_membership for select to longwatch_search using (true);

-- The ledger: anybody at work appends; the details are read inside the compartment only; the bare entries
-- also by auditors. Entries of no compartment are the organisation's administration.
alter table ledger_entry enable row level security;
alter table ledger_entry force row level security;
drop policy if exists inside on ledger_entry;
create policy inside on ledger_entry for select to longwatch_app using (
  compartment_id = any ((select visible_compartments())::uuid[])
  or (org_id = (select current_org()) and (select has_role('{auditor}')))
  or (compartment_id is null and org_id = (select current_org()) and (select has_role('{administrator}'))));
drop policy if exists appends on ledger_entry;
-- Only the function that receives signals appends entries that cover many.
create policy appends on ledger_entry for insert to longwatch_app with check (not covers_batch);
drop policy if exists definer on ledger_entry;
create policy definer on ledger_entry for select to longwatch_search using (true);
drop policy if exists verifies on ledger_entry;
create policy verifies on ledger_entry for select to longwatch_verifier using (true);

alter table ledger_detail enable row level security;
alter table ledger_detail force row level security;
drop policy if exists inside on ledger_detail;
create policy inside on ledger_detail for select to longwatch_app using (
  compartment_id = any ((select visible_compartments())::uuid[])
  or (compartment_id is null and org_id = (select current_org()) and (select has_role('{administrator,auditor}'))));
drop policy if exists appends on ledger_detail;
create policy appends on ledger_detail for insert to longwatch_app, longwatch_intake with check (true);
drop policy if exists verifies on ledger_detail;
create policy verifies on ledger_detail for select to longwatch_verifier using (true);

alter function visible_compartments() owner to longwatch_search;
alter function own_compartments() owner to longwatch_search;
alter function compartment_is_empty(uuid) owner to longwatch_search;
