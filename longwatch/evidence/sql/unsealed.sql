-- Whether an exhibit of an older version still lies in this unsealed file: one look into the index for each that is sealed.
-- For the job, which acts as nobody; whoever is signed in hears yes, which keeps the file.
create or replace function evidence_is_needed_unsealed(organisation uuid, hash text) returns boolean language sql stable
  security definer set search_path = public, pg_temp as $$
  select current_account() is not null or exists (
    select from evidence_exhibit e
     where e.org_id = organisation and e.sha256 = hash and e.sealed_sha256 = '' and not e.is_physical)
$$;
alter function evidence_is_needed_unsealed(uuid, text) owner to longwatch_search;
