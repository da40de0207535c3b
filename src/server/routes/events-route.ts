import type { EventStreams } from '#features/support-chat/_services/events/event-streams.ts';
import { handleEvents } from '#features/support-chat/_services/events/handle-events.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import type { Exchange, Route } from '#server/http/route.ts';

/** `GET /api/support-chat/events` (docs/api.md). */
export class EventsRoute implements Route {
  readonly #streams: EventStreams;
  readonly #actors: ActorFinder;

  constructor(streams: EventStreams, actors: ActorFinder) {
    this.#streams = streams;
    this.#actors = actors;
  }

  matches(path: string): boolean {
    return path === '/api/support-chat/events';
  }

  async handle({ request, response }: Exchange): Promise<void> {
    await handleEvents(request, response, await this.#actors.findSession(request.headers.cookie), this.#streams);
  }
}
