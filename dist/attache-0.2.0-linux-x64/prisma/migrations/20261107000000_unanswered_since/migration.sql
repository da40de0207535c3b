-- Since when a dialog waits for an answer, kept by the database itself: older programs write messages without telling
-- anybody, and finding it out in the messages of every dialog each time the inbox is shown took longer with every dialog.
-- The next migration fills it for the dialogs that are there.
ALTER TABLE "ChatDialog" ADD COLUMN "unansweredSince" TIMESTAMP(3);

-- The first thing the customer said after support's last word; null where that word is the last.
CREATE FUNCTION "noteUnanswered"(changed TEXT[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- Before looking, so that of two transactions the second sees what the first one wrote; in order, so that two which
  -- change the same dialogs do not wait for each other.
  PERFORM 1 FROM "ChatDialog" WHERE "id" = ANY(changed) ORDER BY "id" FOR NO KEY UPDATE;
  UPDATE "ChatDialog" d SET "unansweredSince" = found."since"
    FROM unnest(changed) AS c("id")
    LEFT JOIN LATERAL (
      SELECT a."createdAt", a."id" FROM "ChatMessage" a
       WHERE a."dialogId" = c."id" AND a."deletedAt" IS NULL AND a."senderType" = 'STAFF'
       ORDER BY a."createdAt" DESC, a."id" DESC LIMIT 1) answer ON true
    LEFT JOIN LATERAL (
      SELECT m."createdAt" AS "since" FROM "ChatMessage" m
       WHERE m."dialogId" = c."id" AND m."deletedAt" IS NULL AND m."senderType" = 'USER'
         AND (m."createdAt", m."id") > (coalesce(answer."createdAt", '-infinity'), coalesce(answer."id", ''))
       ORDER BY m."createdAt", m."id" LIMIT 1) found ON true
   WHERE d."id" = c."id" AND d."unansweredSince" IS DISTINCT FROM found."since";
END $$;

CREATE FUNCTION "noteUnansweredByMessages"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "noteUnanswered"(array_agg(DISTINCT m."dialogId")) FROM changed m
    WHERE m."senderType" <> 'SYSTEM' AND m."deletedAt" IS NULL HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE FUNCTION "noteUnansweredByMessage"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "noteUnanswered"(CASE WHEN OLD."dialogId" = NEW."dialogId" THEN ARRAY[NEW."dialogId"]
    ELSE ARRAY[OLD."dialogId", NEW."dialogId"] END);
  RETURN NULL;
END $$;

CREATE TRIGGER "ChatMessage_unanswered_insert" AFTER INSERT ON "ChatMessage"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "noteUnansweredByMessages"();
CREATE TRIGGER "ChatMessage_unanswered_delete" AFTER DELETE ON "ChatMessage"
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "noteUnansweredByMessages"();
CREATE TRIGGER "ChatMessage_unanswered_update"
  AFTER UPDATE OF "dialogId", "senderType", "deletedAt", "createdAt" ON "ChatMessage" FOR EACH ROW
  WHEN ((OLD."dialogId", OLD."senderType", OLD."deletedAt", OLD."createdAt")
    IS DISTINCT FROM (NEW."dialogId", NEW."senderType", NEW."deletedAt", NEW."createdAt"))
  EXECUTE FUNCTION "noteUnansweredByMessage"();

-- Those who wait, the longest wait first. Prisma's schema cannot express it.
CREATE INDEX "ChatDialog_unanswered_idx" ON "ChatDialog" ("unansweredSince", "id")
  WHERE "unansweredSince" IS NOT NULL AND "draftOwnerId" IS NULL;
