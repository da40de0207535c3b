-- AlterTable
ALTER TABLE "ChatAttachment" ADD COLUMN     "deleteAfter" TIMESTAMP(3),
ADD COLUMN     "deleteAttempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "durationMs" INTEGER,
ADD COLUMN     "height" INTEGER,
ADD COLUMN     "lostAt" TIMESTAMP(3),
ADD COLUMN     "pageCount" INTEGER,
ADD COLUMN     "previewState" TEXT NOT NULL DEFAULT 'none',
ADD COLUMN     "renewedAt" TIMESTAMP(3),
ADD COLUMN     "storageDriver" TEXT,
ADD COLUMN     "thumbhash" TEXT,
ADD COLUMN     "waveform" JSONB,
ADD COLUMN     "width" INTEGER;

-- AlterTable
ALTER TABLE "ChatDialog" ADD COLUMN     "closedAt" TIMESTAMP(3);

-- CreateTable
CREATE TABLE "ChatAttachmentRendition" (
    "id" TEXT NOT NULL,
    "attachmentId" TEXT NOT NULL,
    "variant" TEXT NOT NULL,
    "storagePath" TEXT NOT NULL,
    "storageDriver" TEXT,
    "mimeType" TEXT NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "etag" TEXT NOT NULL,
    "width" INTEGER,
    "height" INTEGER,
    "lastModified" TIMESTAMP(3) NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ChatAttachmentRendition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RenditionJob" (
    "attachmentId" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "runAfter" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lockedUntil" TIMESTAMP(3),
    "lockedBy" TEXT,
    "lastError" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RenditionJob_pkey" PRIMARY KEY ("attachmentId")
);

-- CreateTable
CREATE TABLE "SupportEvent" (
    "id" BIGSERIAL NOT NULL,
    "type" TEXT NOT NULL,
    "dialogId" TEXT NOT NULL,
    "messageId" TEXT,
    "readerType" "ReaderType",
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SupportEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Lease" (
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Lease_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "JobRun" (
    "id" TEXT NOT NULL,
    "job" TEXT NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMP(3),
    "outcome" TEXT,
    "report" JSONB,
    "error" TEXT,

    CONSTRAINT "JobRun_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ChatAttachmentAccess" (
    "id" BIGSERIAL NOT NULL,
    "attachmentId" TEXT NOT NULL,
    "dialogId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ChatAttachmentAccess_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ResumableUpload" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "dialogId" TEXT,
    "metadata" JSONB NOT NULL,
    "lengthBytes" BIGINT NOT NULL,
    "offsetBytes" BIGINT NOT NULL DEFAULT 0,
    "parts" JSONB,
    "attachmentId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ResumableUpload_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ChatAttachmentRendition_storagePath_key" ON "ChatAttachmentRendition"("storagePath");

-- CreateIndex
CREATE UNIQUE INDEX "ChatAttachmentRendition_attachmentId_variant_key" ON "ChatAttachmentRendition"("attachmentId", "variant");

-- CreateIndex
CREATE INDEX "RenditionJob_runAfter_idx" ON "RenditionJob"("runAfter");

-- CreateIndex
CREATE INDEX "SupportEvent_createdAt_idx" ON "SupportEvent"("createdAt");

-- CreateIndex
CREATE INDEX "SupportEvent_dialogId_id_idx" ON "SupportEvent"("dialogId", "id");

-- CreateIndex
CREATE INDEX "JobRun_job_startedAt_idx" ON "JobRun"("job", "startedAt");

-- CreateIndex
CREATE INDEX "ChatAttachmentAccess_attachmentId_at_idx" ON "ChatAttachmentAccess"("attachmentId", "at");

-- CreateIndex
CREATE INDEX "ChatAttachmentAccess_dialogId_at_idx" ON "ChatAttachmentAccess"("dialogId", "at");

-- CreateIndex
CREATE INDEX "ResumableUpload_expiresAt_idx" ON "ResumableUpload"("expiresAt");

-- CreateIndex
CREATE INDEX "ResumableUpload_userId_idx" ON "ResumableUpload"("userId");

-- AddForeignKey
ALTER TABLE "ChatAttachmentRendition" ADD CONSTRAINT "ChatAttachmentRendition_attachmentId_fkey" FOREIGN KEY ("attachmentId") REFERENCES "ChatAttachment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RenditionJob" ADD CONSTRAINT "RenditionJob_attachmentId_fkey" FOREIGN KEY ("attachmentId") REFERENCES "ChatAttachment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
