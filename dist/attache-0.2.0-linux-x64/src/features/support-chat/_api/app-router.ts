import type { ChatServices } from './chat-services.ts';
import { peopleRouter } from './people-router.ts';
import { storageRouter } from './storage-router.ts';
import { supportChatRouter } from './support-chat-router.ts';
import { router } from './trpc.ts';

/** The API below `/api/trpc` (CONTRACT.md 4), without a transformer: dates are ISO 8601 strings. */
export function createAppRouter(services: ChatServices) {
  return router({
    supportChat: supportChatRouter(services),
    people: peopleRouter(services),
    storage: storageRouter(services),
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;
