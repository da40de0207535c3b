import type { SupportChat } from '#features/support-chat/module.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import type { Route } from '#server/http/route.ts';

type Session = Awaited<ReturnType<ActorFinder['requireSession']>>;

/** `GET /api/support-chat/events` (docs/api.md). */
export function eventsRoute(
  events: Pick<SupportChat['events'], 'open'>,
  actors: Pick<ActorFinder, 'requireSession'>,
): Route<true, Session> {
  return {
    methods: ['GET'],
    parse: (path) => (path === '/api/support-chat/events' ? true : null),
    guard: ({ request }) => actors.requireSession(request.headers.cookie),
    async handle({ request, response }, _, session) {
      events.open(request, response, session);
      return null;
    },
  };
}
