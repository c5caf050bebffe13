-- Tables that are guarded already get the guard as it is now, with the columns they had it for.
do $$
declare
  audited record;
begin
  for audited in
    select t.tgrelid::regclass as name,
           (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
             where a.attrelid = t.tgrelid and a.attnum = any (t.tgattr::int2[])) as columns
      from pg_trigger t where t.tgname = 'ledger_entry_required' loop
    call ledger_guard(audited.name, audited.columns);
  end loop;
end $$;
