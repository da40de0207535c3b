import { Container } from 'inversify';
import { accountEntities } from '#entities/account/module.ts';
import { AttachmentAccessRepository } from '#entities/support-chat/_repositories/attachment-access-repository.ts';
import { ConversationRepository } from '#entities/support-chat/_repositories/conversation-repository.ts';
import { FileListRepository } from '#entities/support-chat/_repositories/file-list-repository.ts';
import { RenditionRepository } from '#entities/support-chat/_repositories/rendition-repository.ts';
import { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import { supportChatEntities } from '#entities/support-chat/module.ts';
import { createAppRouter } from '#features/support-chat/_api/app-router.ts';
import { DeliverableFinder } from '#features/support-chat/_repositories/find-deliverable.ts';
import { AccessRecorder } from '#features/support-chat/_services/access-log/access-recorder.ts';
import { DownloadArchive } from '#features/support-chat/_services/archive/download-archive.ts';
import { DeliverAttachment } from '#features/support-chat/_services/delivery/deliver-attachment.ts';
import { DownloadSlots } from '#features/support-chat/_services/delivery/download-slots.ts';
import { EventHub } from '#features/support-chat/_services/events/event-hub.ts';
import { operationsFeature } from '#features/support-chat/_services/storage-overview/module.ts';
import { keepMetadata, stripPrivateMetadata } from '#features/support-chat/_services/upload/cleanse.ts';
import { ReceiveUpload } from '#features/support-chat/_services/upload/receive-upload.ts';
import { StageAttachment } from '#features/support-chat/_services/upload/stage-attachment.ts';
import { StagedCaps } from '#features/support-chat/_services/upload/staged-caps.ts';
import { UploadTarget } from '#features/support-chat/_services/upload/upload-target.ts';
import { chatServicesOf, supportChatFeature } from '#features/support-chat/module.ts';
import { PrismaClient } from '#generated/prisma/client.ts';
import type { Config } from '#shared/config/private.ts';
import type { Log } from '#shared/log/log.ts';
import { registerReadings } from '#shared/metrics/metrics.ts';
import { findRenditionKind } from '#shared/rendition/rendition-kind.ts';
import { createAuth } from './auth/create-auth.ts';
import { ActorFinder } from './auth/find-actor.ts';
import { SessionCookie } from './auth/session-cookie.ts';
import { createRenditionWorker } from './create-rendition-worker.ts';
import { createResumable } from './create-resumable.ts';
import { Housekeeping } from './housekeeping.ts';
import { type Infrastructure, openInfrastructure } from './infrastructure.ts';

/** Everything the routes need, put together once per process. */
export type Composition = Awaited<ReturnType<typeof compose>>;

/** @throws as `openInfrastructure` */
export async function compose(config: Config & { databaseUrl: string }, log: Log) {
  const base = await openInfrastructure(config, log);
  const container = createContainer(config, base);
  const cookie = new SessionCookie(config);
  const slots = new DownloadSlots(config.supportChat.maxConcurrentDownloads);
  const hub = container.get(EventHub);
  await hub.start();
  registerReadings(base.metrics, {
    openDownloads: () => slots.open,
    openEventStreams: () => hub.openStreams,
    cachedBytes: () => base.cache.bytes,
    staged: () => countStaged(base),
    renditionJobs: () => container.get(RenditionRepository).countJobs(),
  });
  const housekeeping = new Housekeeping(config, base);
  const renditions = createRenditionWorker(config, base, container);
  hub.onEvent(() => renditions.wake());
  renditions.start();
  const resumable = createResumable(config, base, container);
  hub.onUploadWanted((uploadId) => resumable.locks.interrupt(uploadId));
  const accesses = new AccessRecorder({ record: container.get(AttachmentAccessRepository), log });
  return {
    ...base,
    container,
    cookie,
    hub,
    auth: createAuth(config, base.prisma, log),
    actors: new ActorFinder(base.pool, cookie),
    deliver: createDelivery(config, base, slots, accesses),
    archive: new DownloadArchive({
      ...base,
      dialogs: container.get(ConversationRepository),
      files: container.get(FileListRepository),
      readMode: config.supportChat.readMode,
      rateLimit: base.downloadRateLimit,
      slots,
      accesses,
    }),
    receiveUpload: createReceiveUpload(config, container),
    router: createAppRouter(chatServicesOf(container)),
    resumable,
    housekeeping,
    async close() {
      await Promise.all([housekeeping.stop(), renditions.stop(), hub.close(), accesses.stop(), resumable.locks.idle()]);
      await base.close();
    },
  };
}

function createContainer(config: Config & { databaseUrl: string }, base: Infrastructure): Container {
  const container = new Container();
  container.bind(PrismaClient).toConstantValue(base.prisma);
  container.load(accountEntities, supportChatEntities);
  container.bind(StageAttachment).toConstantValue(createStager(config, base, container.get(ChatAttachmentRepository)));
  const { databaseUrl, supportChat: settings } = config;
  container.load(operationsFeature({ ...base, settings }));
  container.load(supportChatFeature({ settings, databaseUrl, log: base.log }));
  return container;
}

function createReceiveUpload(config: Config, container: Container): ReceiveUpload {
  return new ReceiveUpload({
    stager: container.get(StageAttachment),
    target: new UploadTarget(container.get(ConversationRepository)),
    maxBytes: config.supportChat.maxBytes,
    idleTimeoutSeconds: config.supportChat.uploadIdleTimeoutSeconds,
  });
}

function createDelivery(
  config: Config,
  base: Infrastructure,
  slots: DownloadSlots,
  accesses: AccessRecorder,
): DeliverAttachment {
  const { readMode, offload, offloadExpiresSeconds } = config.supportChat;
  return new DeliverAttachment({
    finder: new DeliverableFinder(base.pool, readMode),
    storages: base.storages,
    cache: base.cache,
    rateLimit: base.downloadRateLimit,
    slots,
    metrics: base.metrics,
    log: base.log,
    offloader: offload === 'off' ? null : { kind: offload, expiresInSeconds: offloadExpiresSeconds },
    onDelivered: (opening) => accesses.note(opening),
  });
}

function createStager(config: Config, base: Infrastructure, attachments: ChatAttachmentRepository): StageAttachment {
  const { maxBytes, maxStaged, maxStagedBytes, keepMetadata: keeps, renditionConcurrency } = config.supportChat;
  return new StageAttachment({
    attachments,
    storage: base.storages.current,
    caps: new StagedCaps(attachments, { maxCount: maxStaged, maxBytes: maxStagedBytes }),
    metrics: base.metrics,
    log: base.log,
    maxBytes,
    cleanse: keeps ? keepMetadata : stripPrivateMetadata,
    hasRenditions: (mimeType) => renditionConcurrency > 0 && findRenditionKind(mimeType) !== null,
  });
}

async function countStaged({ pool }: Infrastructure): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(
    `SELECT count(*) FROM "ChatAttachment" WHERE status = 'UPLOADED'`,
  );
  return Number(rows[0]?.count ?? 0);
}
