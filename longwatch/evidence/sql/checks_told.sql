-- What the looks at stored bytes came to, in numbers, for those who read the ledger without content: they see no exhibit.
create or replace function evidence_checks_told(since timestamptz)
  returns table (last_at timestamptz, files bigint, looked bigint, wrong bigint)
  language sql stable security definer set search_path = public, pg_temp as $$
  select max(c.checked_at), count(*), count(*) filter (where c.checked_at >= since),
         count(*) filter (where c.found <> 'intact')
    from evidence_exhibit e join evidence_key k on k.id = e.key_id and k.destroyed_at is null
    left join evidence_blob_check c on c.exhibit_id = e.id
   where e.org_id = (select current_org()) and e.sealed_sha256 <> '' and (select has_role('{auditor,privacy}'))
$$;
alter function evidence_checks_told(timestamptz) owner to longwatch_search;
