import type { DownloadArchive } from '#features/support-chat/_services/archive/download-archive.ts';
import type { ActorFinder } from '#server/auth/find-actor.ts';
import type { Exchange, Route } from '#server/http/route.ts';
import { addressBucket } from '#shared/http/client-address.ts';

const PATH = /^\/api\/support-chat\/dialogs\/([^/]+)\/archive$/;

/** `GET /api/support-chat/dialogs/:dialogId/archive`: all files of a conversation as a ZIP. */
export class ArchiveRoute implements Route {
  readonly #archive: DownloadArchive;
  readonly #actors: ActorFinder;

  constructor(archive: DownloadArchive, actors: ActorFinder) {
    this.#archive = archive;
    this.#actors = actors;
  }

  matches(path: string): boolean {
    return PATH.test(path);
  }

  handle({ request, response, path, clientAddress }: Exchange): Promise<void> {
    return this.#archive.handle(
      {
        method: request.method ?? 'GET',
        dialogId: decodeId(PATH.exec(path)?.[1] ?? ''),
        clientAddress: addressBucket(clientAddress),
        findActor: () => this.#actors.find(request.headers.cookie),
      },
      response,
    );
  }
}

/** What no id can be becomes one that nobody has: it costs the look-up and gets the same 404. */
function decodeId(sent: string): string {
  try {
    const id = decodeURIComponent(sent);
    return id.length > 200 || id.includes('\0') ? '-' : id;
  } catch {
    return '-';
  }
}
