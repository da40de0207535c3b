import type { ConversationQueryService } from '../_services/conversation/conversation-query-service.ts';
import type { FileService } from '../_services/conversation/file-service.ts';
import type { SearchService } from '../_services/conversation/search-service.ts';
import type { PeopleService } from '../_services/people/people-service.ts';
import type { PresenceService } from '../_services/presence/presence-service.ts';
import type { StorageService } from '../_services/storage-overview/storage-service.ts';
import type { SupportChatService } from '../_services/support-chat-service.ts';
import { conversationsRouter } from './conversations-router.ts';
import { filesRouter } from './files-router.ts';
import { messagesRouter } from './messages-router.ts';
import { peopleRouter } from './people-router.ts';
import { presenceRouter } from './presence-router.ts';
import { searchRouter } from './search-router.ts';
import { storageRouter } from './storage-router.ts';
import { mergeRouters, router } from './trpc.ts';

/** What the routers call; `../module.ts` makes them. */
export interface AppServices {
  chat: SupportChatService;
  conversations: ConversationQueryService;
  files: FileService;
  search: SearchService;
  presence: PresenceService;
  people: PeopleService;
  storage: StorageService;
}

/** The API below `/api/trpc` (docs/api.md), without a transformer: dates are ISO 8601 strings. */
export function createAppRouter(services: AppServices) {
  return router({
    supportChat: mergeRouters(
      conversationsRouter(services),
      messagesRouter(services),
      filesRouter(services),
      searchRouter(services),
      presenceRouter(services),
    ),
    people: peopleRouter(services),
    storage: storageRouter(services),
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;
