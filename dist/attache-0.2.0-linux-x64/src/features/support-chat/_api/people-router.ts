import type { ChatServices } from './chat-services.ts';
import { listPeopleInput, setPermissionInput, setRoleInput } from './inputs.ts';
import { procedure, router } from './trpc.ts';

/** Who is staff and who may manage chats; admins only. */
export function peopleRouter(services: ChatServices) {
  return router({
    list: procedure.input(listPeopleInput).query(({ ctx, input }) => services.listPeople.execute(ctx.actor, input)),
    setRole: procedure.input(setRoleInput).mutation(({ ctx, input }) => services.setRole.execute(ctx.actor, input)),
    setCanManageSupportChats: procedure
      .input(setPermissionInput)
      .mutation(({ ctx, input }) => services.setPermission.execute(ctx.actor, input)),
  });
}
