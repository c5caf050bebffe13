-- What an entry about a row commits to, as longwatch.ledger.writing.row_content says it, whatever the table. Columns that
-- a model names in ledger_excluded say so to the database by the comment "outside the ledger".
create or replace function ledger_row_content(audited regclass, content jsonb) returns jsonb language plpgsql stable as $$
declare
  part record;
begin
  for part in select a.attname::text as name, a.atttypid as type, a.attgenerated <> '' as made,
                     col_description(a.attrelid, a.attnum) = 'outside the ledger' as outside from pg_attribute a
               where a.attrelid = audited and a.attnum > 0 and not a.attisdropped loop
    if part.made or part.outside or part.name = 'version' then
      content := content - part.name;
    elsif jsonb_typeof(content -> part.name) = 'string' and part.type = 'timestamptz'::regtype then
      content := content || jsonb_build_object(part.name, ledger_moment((content ->> part.name)::timestamptz));
    elsif jsonb_typeof(content -> part.name) = 'string' and part.type = 'bytea'::regtype then
      content := content || jsonb_build_object(part.name, substr(content ->> part.name, 3));
    end if;
  end loop;
  return content;
end $$;
