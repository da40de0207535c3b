-- Additive only, so that the program of before may go on working beside it: new tables, one nullable column.
-- The one existing table that is touched, "ChatDialog", comes last: its lock is held for as short as can be.

-- CreateEnum
CREATE TYPE "ChatAttachmentStatus" AS ENUM ('UPLOADED', 'LINKED', 'DELETING');

-- CreateTable
CREATE TABLE "ChatAttachment" (
    "id" TEXT NOT NULL,
    "dialogId" TEXT NOT NULL,
    "messageId" TEXT,
    "storagePath" TEXT NOT NULL,
    "mimeType" TEXT NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "originalName" TEXT NOT NULL,
    "createdByUserId" TEXT NOT NULL,
    "status" "ChatAttachmentStatus" NOT NULL DEFAULT 'UPLOADED',
    "etag" TEXT,
    "lastModified" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "position" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ChatAttachment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ChatAttachment_storagePath_key" ON "ChatAttachment"("storagePath");

-- CreateIndex
CREATE INDEX "ChatAttachment_dialogId_id_idx" ON "ChatAttachment"("dialogId", "id");

-- CreateIndex
CREATE INDEX "ChatAttachment_messageId_idx" ON "ChatAttachment"("messageId");

-- CreateIndex
CREATE INDEX "ChatAttachment_status_createdAt_idx" ON "ChatAttachment"("status", "createdAt");

-- CreateIndex
CREATE INDEX "ChatAttachment_createdByUserId_status_idx" ON "ChatAttachment"("createdByUserId", "status");

-- AddForeignKey
ALTER TABLE "ChatAttachment" ADD CONSTRAINT "ChatAttachment_dialogId_fkey" FOREIGN KEY ("dialogId") REFERENCES "ChatDialog"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ChatAttachment" ADD CONSTRAINT "ChatAttachment_messageId_fkey" FOREIGN KEY ("messageId") REFERENCES "ChatMessage"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ChatAttachment" ADD CONSTRAINT "ChatAttachment_createdByUserId_fkey" FOREIGN KEY ("createdByUserId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AlterTable
ALTER TABLE "ChatDialog" ADD COLUMN     "draftOwnerId" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "ChatDialog_draftOwnerId_key" ON "ChatDialog"("draftOwnerId");
