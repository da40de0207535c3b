-- Files that nobody has tried to preview yet, newest first (RenditionRepository.claimBacklog): rows of the backfill and
-- of older programs. Empty once all have been looked at, so asking costs nothing. Prisma's schema cannot express it.
CREATE INDEX "ChatAttachment_backlog_idx" ON "ChatAttachment" ("createdAt", "id")
  WHERE "status" = 'LINKED' AND "previewState" = 'none' AND "lostAt" IS NULL;
