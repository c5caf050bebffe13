-- Who may call the functions of search.sql.

revoke execute on function search_everything, search_sightings, search_signals_naming, search_entities from public;
grant execute on function search_everything, search_sightings, search_signals_naming, search_entities to longwatch_app;
revoke execute on function search_sightings_over_time from public;
grant execute on function search_sightings_over_time to longwatch_app;

-- Handing over (handing_over.sql): through its doors only.
revoke execute on function hand_over_things, hand_over_is_inside, hand_over_is_kept_out, hand_over_hold, hand_over_move,
  hand_over_end_membership from longwatch_app;
revoke insert, delete on access_hand_over from longwatch_app;
grant insert on access_hand_over, incidents_responder, access_membership to longwatch_search;
grant update on records_task, cases_case, incidents_incident, incidents_responder, access_membership, access_hand_over
  to longwatch_search;
-- To hold an account as it is while work moves to it.
grant update (version) on access_account to longwatch_search;
