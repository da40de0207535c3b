import { z } from 'zod';
import type { SupportSignal } from '#entities/support-chat/_domain/support-event.ts';

const signal: z.ZodType<SupportSignal> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('typing'), dialogId: z.string(), userId: z.string() }),
  z.object({ kind: z.literal('access'), userId: z.string() }),
  z.object({ kind: z.literal('upload'), uploadId: z.string() }),
  z.object({
    kind: z.literal('presence'),
    instance: z.string(),
    people: z.array(z.tuple([z.string(), z.boolean()])),
  }),
  z.object({ kind: z.literal('absence'), instance: z.string(), userIds: z.array(z.string()) }),
]);

/** Null for what is no signal of ours: any user of the database may NOTIFY. */
export function parseSignal(payload: string): SupportSignal | null {
  try {
    return signal.parse(JSON.parse(payload));
  } catch {
    return null;
  }
}
