import type { ChatServices } from './chat-services.ts';
import { noInput } from './inputs.ts';
import { procedure, router } from './trpc.ts';

/** For /admin/support-chat/storage. The dry run is a mutation because a button asks for it, not a page that opens. */
export function storageRouter(services: ChatServices) {
  return router({
    overview: procedure.input(noInput).query(({ ctx }) => services.viewStorage.execute(ctx.actor, {})),
    predictCleanup: procedure.input(noInput).mutation(({ ctx }) => services.predictCleanup.execute(ctx.actor, {})),
  });
}
