import { randomUUID } from 'node:crypto';
import type { Container } from 'inversify';
import { ChatStore } from '#entities/support-chat/_repositories/chat-store.ts';
import { RenditionRepository } from '#entities/support-chat/_repositories/rendition-repository.ts';
import { RenderAttachment } from '#features/support-chat/_services/renditions/render-attachment.ts';
import { RenditionWorker } from '#features/support-chat/_services/renditions/rendition-worker.ts';
import type { Config } from '#shared/config/private.ts';
import { isLeaseHeld } from '#shared/lease/lease.ts';
import { availableTools } from '#shared/rendition/available-tools.ts';
import { renderableTypes } from '#shared/rendition/rendition-kind.ts';
import type { Infrastructure } from './infrastructure.ts';

/** This process's share of the work on the queue of renditions. */
export function createRenditionWorker(config: Config, base: Infrastructure, container: Container): RenditionWorker {
  const { storages, log, metrics, pool } = base;
  const queue = container.get(RenditionRepository);
  const worker = randomUUID();
  const render = new RenderAttachment({ store: container.get(ChatStore), queue, storages, log, worker });
  const { enabled, renditionConcurrency, cleanupLockNamespace: namespace } = config.supportChat;
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
