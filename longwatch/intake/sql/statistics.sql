-- What no query filters or sorts by needs no statistics; to sort thousands of texts and documents for them takes the
-- server a second each time the table has grown by a tenth.

alter table intake_signal
  alter column title set statistics 0, alter column description set statistics 0,
  alter column entities set statistics 0, alter column links set statistics 0, alter column tags set statistics 0,
  alter column dismiss_note set statistics 0;
