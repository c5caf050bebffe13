-- An upload is begun by whoever may write into its place, not through broken glass.
drop policy if exists own on evidence_upload;
create policy own on evidence_upload to longwatch_app
  using (created_by_id = (select current_account()) and compartment_id = any ((select own_compartments())::uuid[]))
  with check (created_by_id = (select current_account()) and compartment_id = any ((select own_compartments())::uuid[]));

-- Keys of all records, and locking them anew: for the command, which acts as nobody. A request acts as somebody.
create or replace function evidence_keys_of_others(current_master text, beyond uuid, most int)
  returns table (id uuid, org_id uuid, wrapped bytea, master text) language sql stable
  security definer set search_path = public, pg_temp as $$
  select k.id, k.org_id, k.wrapped, k.master::text from evidence_key k
   where k.master <> current_master and k.destroyed_at is null and k.id > beyond and current_account() is null
   order by k.id limit most
$$;
create or replace function evidence_rewrap_key(key uuid, before bytea, after bytea, new_master text) returns boolean
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  if current_account() is not null then
    raise exception 'only the command locks keys anew' using errcode = 'insufficient_privilege';
  end if;
  update evidence_key set wrapped = after, master = new_master where id = key and wrapped = before;
  return found;
end $$;
alter function evidence_keys_of_others(text, uuid, int) owner to longwatch_search;
alter function evidence_rewrap_key(uuid, bytea, bytea, text) owner to longwatch_search;
