-- The dialogs of before the triggers, a thousand at a time: whoever writes to one of these waits for no more than its
-- thousand. A single statement, because only outside of a transaction it may commit. It can be run any number of times.
DO $$
DECLARE
  batch TEXT[];
  last TEXT := '';
BEGIN
  LOOP
    SELECT array_agg(d."id" ORDER BY d."id") INTO batch
      FROM (SELECT "id" FROM "ChatDialog" WHERE "id" > last ORDER BY "id" LIMIT 1000) d;
    EXIT WHEN batch IS NULL;
    PERFORM "noteUnanswered"(batch);
    last := batch[array_upper(batch, 1)];
    COMMIT;
  END LOOP;
END $$;
