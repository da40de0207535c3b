import { z } from 'zod';
import { recordId } from '#entities/support-chat/_domain/record-id.ts';
import type { SearchHit, SearchService } from '../_services/conversation/search-service.ts';
import { page, searchWords } from './input.ts';
import { presentMessage } from './present-message.ts';
import { presentPage } from './present-page.ts';
import { procedure, router } from './trpc.ts';
import type { FoundMessageDto, FoundMessagePageDto } from './types.ts';

const searchInput = z.strictObject({
  ...page,
  dialogId: recordId.optional(),
  query: searchWords.refine((words) => words !== '', 'must not be empty'),
});

export function searchRouter({ search }: { search: SearchService }) {
  return router({
    searchMessages: procedure
      .input(searchInput)
      .query(
        async ({ ctx, input }): Promise<FoundMessagePageDto> =>
          presentPage(await search.findMessages(ctx.actor, input), presentHit),
      ),
  });
}

function presentHit({ message, topic, customerId, customerName, pageCursor }: SearchHit): FoundMessageDto {
  return { message: presentMessage(message), topic, customer: { id: customerId, name: customerName }, pageCursor };
}
