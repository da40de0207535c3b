import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pool } from 'pg';
import type { Actor } from '#entities/account/_domain/actor.ts';
import type { AccountEntities } from '#entities/account/module.ts';
import { ObjectNames } from '#entities/support-chat/_repositories/object-names.ts';
import type { SupportChatEntities } from '#entities/support-chat/module.ts';
import type { SupportChatConfig } from '#shared/config/private.ts';
import { isLeaseHeld } from '#shared/lease/lease.ts';
import type { ObjectCache } from '#shared/lib/file-storage/object-cache.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import type { Log } from '#shared/log/log.ts';
import type { Metrics } from '#shared/metrics/metrics.ts';
import type { RateLimit } from '#shared/rate-limit/rate-limit.ts';
import { availableTools } from '#shared/rendition/available-tools.ts';
import { findRenditionKind, renderableTypes } from '#shared/rendition/rendition-kind.ts';
import { type AppServices, createAppRouter } from './_api/app-router.ts';
import { createEventPresenter } from './_api/event-presenter.ts';
import { TusHandler } from './_api/tus/tus-handler.ts';
import { DeliverableFinder } from './_repositories/find-deliverable.ts';
import { AccessRecorder } from './_services/access-log/access-recorder.ts';
import { ConversationArchive } from './_services/archive/conversation-archive.ts';
import { CleanupAttachments } from './_services/cleanup/cleanup-attachments.ts';
import { ConversationQueryService } from './_services/conversation/conversation-query-service.ts';
import { FileService } from './_services/conversation/file-service.ts';
import { MessageReader } from './_services/conversation/message-reader.ts';
import { SearchService } from './_services/conversation/search-service.ts';
import { AttachmentDelivery } from './_services/delivery/attachment-delivery.ts';
import { DownloadGuard } from './_services/delivery/download-guard.ts';
import { DEFAULT_EVENT_LIMITS, type EventLimits } from './_services/events/event-limits.ts';
import type { EventPresenter } from './_services/events/event-presenter.ts';
import { EventStreams } from './_services/events/event-streams.ts';
import { NotifyBus } from './_services/events/notify-bus.ts';
import { type LiveSession, openEventStream } from './_services/events/open-event-stream.ts';
import { sendPresenceNotices } from './_services/events/presence-notices.ts';
import { sendTypingNotices } from './_services/events/typing-notices.ts';
import { PeopleService } from './_services/people/people-service.ts';
import { Presence } from './_services/presence/presence.ts';
import { PresenceService } from './_services/presence/presence-service.ts';
import { RenderAttachment } from './_services/renditions/render-attachment.ts';
import { RenditionWorker } from './_services/renditions/rendition-worker.ts';
import { PieceStore } from './_services/resumable/piece-store.ts';
import { ResumableUploads } from './_services/resumable/resumable-uploads.ts';
import { UploadLocks } from './_services/resumable/upload-locks.ts';
import { StorageService } from './_services/storage-overview/storage-service.ts';
import { SupportChatService } from './_services/support-chat-service.ts';
import { AttachmentStager } from './_services/upload/attachment-stager.ts';
import { receiveUpload } from './_services/upload/receive-upload.ts';
import { StagedCaps } from './_services/upload/staged-caps.ts';
import { keepMetadata, stripPrivateMetadata } from './_services/upload/strip-metadata.ts';

/** What the chat stands on; the composition root opens and closes it. */
export interface SupportChatDeps {
  /** For the one connection that listens. */
  databaseUrl: string;
  pool: Pool;
  account: AccountEntities;
  entities: SupportChatEntities;
  storages: StorageRegistry;
  cache: ObjectCache;
  downloadRateLimit: RateLimit;
  metrics: Metrics;
  log: Log;
  settings: SupportChatConfig;
  /** Other limits of event streams than the usual ones. */
  eventLimits?: Partial<EventLimits>;
}

/** The feature, put together. Nothing runs before `events.start()` and `renditions.start()`. */
export type SupportChat = ReturnType<typeof createSupportChat>;

export function createSupportChat(deps: SupportChatDeps) {
  const { pool, storages, log, settings, entities, account } = deps;
  const { readMode } = settings;
  const stager = createStager(deps);
  const reader = new MessageReader(entities.messages, entities.attachments, readMode);
  const presence = new Presence({ announce: (signal) => entities.events.signal(signal) });
  const lock = { lockNamespace: settings.cleanupLockNamespace, lockTtlSeconds: settings.cleanupLockTtlSeconds };
  const cleanup = new CleanupAttachments(pool, storages, lock, log);
  const services: AppServices = {
    chat: new SupportChatService({ entities, reader, stager, settings }),
    conversations: new ConversationQueryService({ entities, reader, readMode }),
    files: new FileService({ entities, reader, stager, readMode }),
    search: new SearchService({ entities, reader, readMode }),
    presence: new PresenceService(entities, presence),
    people: new PeopleService(account.people, entities.events),
    storage: new StorageService({ pool, storages, cleanup, settings }),
  };
  const events = createEvents(deps, presence, createEventPresenter(reader));
  return {
    ...{ entities, services, stager, events, cleanup },
    router: createAppRouter(services),
    ...createDownloads(deps),
    ...createUploads(deps, stager),
    renditions: createRenditionWorker(deps),
  };
}

/** What reaches open pages: the bus that NOTIFY feeds, and who listens to it. */
function createEvents(deps: SupportChatDeps, presence: Presence, presenter: EventPresenter) {
  const { databaseUrl, log, entities, account, settings } = deps;
  const { sessions } = account;
  const limits = { ...DEFAULT_EVENT_LIMITS, maxStreams: settings.maxEventStreams, ...deps.eventLimits };
  const bus = new NotifyBus({ databaseUrl, log });
  const streams = new EventStreams({ bus, events: entities.events, sessions, presenter, log, limits });
  sendTypingNotices({ bus, streams, conversations: entities.conversations, sessions, presenter });
  sendPresenceNotices({ bus, streams, presence, presenter, repeatSeconds: limits.heartbeatSeconds });
  return {
    bus,
    streams,
    open: (request: IncomingMessage, response: ServerResponse, session: LiveSession) =>
      openEventStream(request, response, session, streams),
    async start() {
      await bus.start();
      streams.start();
    },
    async close() {
      streams.closeAll();
      await presence.close();
      await bus.close();
      await streams.close();
    },
  };
}

function createStager({ pool, storages, log, settings, entities: { attachments } }: SupportChatDeps) {
  const { maxBytes, maxStaged, maxStagedBytes, renditionConcurrency } = settings;
  return new AttachmentStager({
    attachments,
    names: new ObjectNames(pool),
    storage: storages.current,
    caps: new StagedCaps(attachments, { maxCount: maxStaged, maxBytes: maxStagedBytes }),
    log,
    maxBytes,
    fileTypes: settings.fileTypes,
    stripMetadata: settings.keepMetadata ? keepMetadata : stripPrivateMetadata,
    hasRenditions: (mimeType) => renditionConcurrency > 0 && findRenditionKind(mimeType) !== null,
  });
}

/** Bytes out: one file, all files of a conversation, and the record of who opened what. */
function createDownloads(deps: SupportChatDeps) {
  const { entities, pool, storages, cache, metrics, log, downloadRateLimit: rateLimit, settings } = deps;
  const { readMode, offload, offloadExpiresSeconds: expiresInSeconds } = settings;
  const guard = new DownloadGuard({ rateLimit, maxOpenPerUser: settings.maxConcurrentDownloads, metrics });
  const accesses = new AccessRecorder({ record: entities.accesses, log });
  const delivery = new AttachmentDelivery({
    ...{ guard, storages, cache, metrics, log },
    finder: new DeliverableFinder(pool, readMode),
    offloader: offload === 'off' ? null : { kind: offload, expiresInSeconds },
    onDelivered: (opening) => accesses.note(opening),
  });
  const { conversations, fileLists: files } = entities;
  const archive = new ConversationArchive({ conversations, files, readMode, storages, guard, accesses, log });
  return { delivery, archive, accesses, downloads: guard };
}

/** Bytes in: as one form, or in pieces, with the locks that keep two requests from working on one upload. */
function createUploads(deps: SupportChatDeps, stager: AttachmentStager) {
  const { entities, storages, log, pool, settings } = deps;
  const { maxBytes, maxStaged, maxStagedBytes, staleAfterMinutes: livesMinutes } = settings;
  const { conversations, resumableUploads, events, store, attachments } = entities;
  const { uploadIdleTimeoutSeconds: idleTimeoutSeconds, fileTypes } = settings;
  const uploadLocks = new UploadLocks({ pool, announce: (uploadId) => events.signal({ kind: 'upload', uploadId }) });
  const pieces = new PieceStore({ storages, uploads: resumableUploads, livesMinutes, fileTypes, log });
  const uploads = new ResumableUploads({
    ...{ store, uploads: resumableUploads, attachments, conversations, pieces, stager },
    ...{ maxBytes, maxStaged, maxStagedBytes, livesMinutes },
  });
  return {
    receiveUpload: (request: IncomingMessage, actor: Actor, acceptBody: () => void) =>
      receiveUpload({ stager, conversations, maxBytes, idleTimeoutSeconds }, request, actor, acceptBody),
    tus: new TusHandler({ uploads, locks: uploadLocks, maxBytes, idleTimeoutSeconds }),
    uploadLocks,
  };
}

/** This process's share of the work on the queue of renditions. */
function createRenditionWorker(deps: SupportChatDeps): RenditionWorker {
  const { entities, storages, log, metrics, pool, settings } = deps;
  const { enabled, renditionConcurrency, cleanupLockNamespace: namespace } = settings;
  const { store, renditions: queue } = entities;
  const worker = randomUUID();
  const render = new RenderAttachment({ store, queue, storages, log, worker });
  return new RenditionWorker({
    ...{ queue, render, log, worker },
    concurrency: enabled ? renditionConcurrency : 0,
    backlog: {
      mimeTypes: renderableTypes,
      // The files of the backfill can wait until it is through; it shall not wait for their previews.
      isOpen: async () => !(await isLeaseHeld(pool, { namespace, name: 'backfill' })),
      hasEveryTool: async () => Object.values(await availableTools()).every((program) => program !== null),
    },
    onEnded: (outcome, seconds) => {
      metrics.renditions.inc({ result: outcome });
      metrics.renditionSeconds.observe(seconds);
    },
  });
}
