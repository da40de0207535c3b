import {
  emptyOutbox,
  type OutboxEffect,
  type OutboxEvent,
  type OutboxState,
} from '#features/support-chat/_ui/outbox/outbox-events.ts';
import { reduceOutbox } from '#features/support-chat/_ui/outbox/reduce-outbox.ts';

/** Milliseconds since the epoch, at which all of these events happen. */
const now = 1_000;

/** The state of an outbox after these events, and all effects on the way. */
export function runOutbox(start: Partial<OutboxState>, ...events: OutboxEvent[]) {
  const effects: OutboxEffect[] = [];
  const state = events.reduce<OutboxState>(
    (before, event) => {
      const step = reduceOutbox(before, event, now);
      effects.push(...step.effects);
      return step.state;
    },
    { ...emptyOutbox, ...start },
  );
  return { state, effects, did: (type: OutboxEffect['type']) => effects.filter((effect) => effect.type === type) };
}
