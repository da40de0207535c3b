import type { EventHub } from '#features/support-chat/_services/events/event-hub.ts';
import { handleEvents } from '#features/support-chat/_services/events/handle-events.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import type { Exchange, Route } from '#server/http/route.ts';

/** `GET /api/support-chat/events` (CONTRACT.md 5). */
export class EventsRoute implements Route {
  readonly #hub: EventHub;
  readonly #actors: ActorFinder;

  constructor(hub: EventHub, actors: ActorFinder) {
    this.#hub = hub;
    this.#actors = actors;
  }

  matches(path: string): boolean {
    return path === '/api/support-chat/events';
  }

  async handle({ request, response }: Exchange): Promise<void> {
    await handleEvents(request, response, await this.#actors.findSession(request.headers.cookie), this.#hub);
  }
}
