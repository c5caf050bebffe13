-- The engine makes groups and keeps habits; people judge groups, and never see habits.

grant select, insert, update, delete on grouping_group, grouping_member, grouping_habit, grouping_watch to longwatch_engine;
grant select on grouping_rule, grouping_lesson to longwatch_engine;
grant select, insert, update, delete on grouping_due to longwatch_engine;
revoke insert, update on grouping_due from longwatch_app;
revoke all on grouping_habit, grouping_watch from longwatch_app, longwatch_search;
revoke delete on grouping_group from longwatch_app;
revoke update, delete on grouping_verdict from longwatch_app;
-- The function that forgets what was erased (auto.sql).
grant update (title, why, splits) on grouping_group to longwatch_search;
grant update (rule, entities) on grouping_member to longwatch_search;
grant update (result) on grouping_trial to longwatch_search;
grant select, delete on grouping_trial to longwatch_engine;
