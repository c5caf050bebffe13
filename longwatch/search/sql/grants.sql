-- Who may call the functions of search.sql.

revoke execute on function search_everything, search_sightings, search_signals_naming, search_entities from public;
grant execute on function search_everything, search_sightings, search_signals_naming, search_entities to longwatch_app;
