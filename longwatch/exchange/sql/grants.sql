-- The engine of the worker tells senders: it reads what is set up, and keeps how far it came.
grant select on exchange_sync to longwatch_engine;
grant select, update on exchange_sync_course to longwatch_engine;
grant select, update, delete on exchange_sync_letter to longwatch_engine;
grant insert on exchange_sync_letter to longwatch_search;
revoke insert, delete on exchange_sync_letter from longwatch_app;
revoke execute on function exchange_sync_facts(uuid) from longwatch_app, longwatch_search, public;
grant execute on function exchange_sync_facts(uuid) to longwatch_engine;
