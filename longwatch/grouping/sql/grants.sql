-- The engine makes groups and keeps habits; people judge groups, and never see habits.

grant select, insert, update, delete on grouping_group, grouping_member, grouping_habit, grouping_watch to longwatch_engine;
grant select on grouping_rule, grouping_lesson to longwatch_engine;
revoke all on grouping_habit, grouping_watch from longwatch_app, longwatch_search;
revoke delete on grouping_group from longwatch_app;
revoke update, delete on grouping_verdict from longwatch_app;
