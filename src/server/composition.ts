import { createAccountEntities } from '#entities/account/module.ts';
import { createSupportChatEntities } from '#entities/support-chat/module.ts';
import { countRowlessMessages, settleGates } from '#features/support-chat/_services/legacy/settle-gates.ts';
import { createSupportChat } from '#features/support-chat/module.ts';
import type { Config } from '#shared/config/private.ts';
import type { Log } from '#shared/log/log.ts';
import { registerReadings } from '#shared/metrics/metrics.ts';
import { createAuth } from './auth/create-auth.ts';
import { ActorFinder } from './auth/find-actor.ts';
import { SessionCookie } from './auth/session-cookie.ts';
import { Housekeeping } from './housekeeping.ts';
import { openInfrastructure } from './infrastructure.ts';

/** Everything the routes need, put together once per process. */
export type Composition = Awaited<ReturnType<typeof compose>>;

/** @throws as `openInfrastructure` */
export async function compose(config: Config & { databaseUrl: string }, log: Log) {
  const base = await openInfrastructure(config, log);
  const settings = await settleGates(base.pool, config.supportChat).catch(async (error: unknown) => {
    await base.close();
    throw error;
  });
  const rowlessMessages = await countRowlessMessages(base.pool, settings, log);
  const databaseUrl = config.databaseDirectUrl ?? config.databaseUrl;
  const account = createAccountEntities(base.prisma);
  const entities = createSupportChatEntities(base.prisma);
  const chat = createSupportChat({ ...base, account, entities, databaseUrl, settings });
  const { events, renditions, uploadLocks, accesses } = chat;
  events.bus.onEvents(() => renditions.wake());
  events.bus.onSignal('upload', ({ uploadId }) => uploadLocks.interrupt(uploadId));
  await events.start();
  registerReadings(base.metrics, {
    rowlessMessages: () => rowlessMessages,
    openDownloads: () => chat.downloads.open,
    openEventStreams: () => events.streams.openStreams,
    cachedBytes: () => base.cache.bytes,
    staged: () => entities.attachments.countAllStaged(),
    renditionJobs: () => entities.renditions.countJobs(),
  });
  renditions.start();
  const housekeeping = new Housekeeping(chat.cleanup, { ...settings, log });
  const cookie = new SessionCookie(config);
  return {
    ...base,
    chat,
    cookie,
    auth: createAuth(config, base.prisma, log),
    actors: new ActorFinder(base.pool, cookie),
    housekeeping,
    async close() {
      await Promise.all([housekeeping.stop(), renditions.stop(), events.close(), accesses.stop(), uploadLocks.idle()]);
      await base.close();
    },
  };
}
