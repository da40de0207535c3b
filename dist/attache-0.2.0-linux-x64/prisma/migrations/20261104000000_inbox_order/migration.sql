-- The order of both lists of dialogs (InboxRepository). Dialogs of older programs may not say when their last message
-- was; drafts are in no list. Prisma's schema cannot express it, so it stands here alone.
CREATE INDEX "ChatDialog_activity_idx" ON "ChatDialog" ((coalesce("lastMessageAt", "createdAt")), "id") WHERE "draftOwnerId" IS NULL;
