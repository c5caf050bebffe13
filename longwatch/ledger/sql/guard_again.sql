-- Tables that are guarded already get the guard as it is now, with the columns and the writer of batches they had it for.
do $$
declare
  audited record;
begin
  for audited in
    select t.tgrelid::regclass as name,
           (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
             where a.attrelid = t.tgrelid and a.attnum = any (t.tgattr::int2[])) as columns,
           (select 'longwatch_search' from pg_trigger b
             where b.tgrelid = t.tgrelid and b.tgname = 'ledger_batch_entry_required_insert') as batches
      from pg_trigger t where t.tgname in ('ledger_entry_required', 'ledger_entry_required_update') loop
    call ledger_guard(audited.name, audited.columns, audited.batches);
  end loop;
end $$;
