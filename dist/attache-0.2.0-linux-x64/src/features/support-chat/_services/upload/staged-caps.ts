import type { ChatAttachmentRepository } from '#entities/support-chat/_repositories/support-attachment-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';

/** What a user is uploading right now in this process: counted with what is staged, or twenty at once would pass. */
interface Underway {
  count: number;
  bytes: number;
}

/** One upload's place under the limits. */
export interface StagedPlace {
  /** Its bytes on their way; they fail with TOO_MANY_REQUESTS when they turn out to be too many. */
  watch(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  release(): void;
}

/** The limits of what one user may keep staged without sending it (THREATS.md 22). */
export class StagedCaps {
  readonly #attachments: Pick<ChatAttachmentRepository, 'countStaged'>;
  readonly #maxCount: number;
  readonly #maxBytes: number;
  readonly #underway = new Map<string, Underway>();

  constructor(
    attachments: Pick<ChatAttachmentRepository, 'countStaged'>,
    limits: { maxCount: number; maxBytes: number },
  ) {
    this.#attachments = attachments;
    this.#maxCount = limits.maxCount;
    this.#maxBytes = limits.maxBytes;
  }

  /**
   * Holds a place for one upload of at most `declaredBytes`; undefined when the sender did not say how long it is.
   * @throws ChatError TOO_MANY_REQUESTS when the user has too much staged.
   */
  async reserve(userId: string, declaredBytes: number | undefined): Promise<StagedPlace> {
    const underway = this.#underway.get(userId) ?? { count: 0, bytes: 0 };
    this.#underway.set(userId, underway);
    let heldBytes = declaredBytes ?? 0;
    underway.count += 1;
    underway.bytes += heldBytes;
    // Of twenty at once each counts those that came before it, so the first ones pass. Taken before the rows are
    // counted: an upload that ends meanwhile is then counted twice for a moment, and never not at all.
    const { count, bytes } = underway;
    const release = () => {
      underway.count -= 1;
      underway.bytes -= heldBytes;
      if (underway.count === 0) this.#underway.delete(userId);
    };
    try {
      const staged = await this.#attachments.countStaged(userId);
      if (staged.count + count > this.#maxCount || staged.bytes + bytes > this.#maxBytes) throw tooMuchStaged();
      const grow = (more: number) => {
        heldBytes += more;
        underway.bytes += more;
        if (staged.bytes + underway.bytes > this.#maxBytes) throw tooMuchStaged();
      };
      return { release, watch: (source) => (declaredBytes === undefined ? growing(source, grow) : source) };
    } catch (error) {
      release();
      throw error;
    }
  }
}

/** What is of unknown length is counted while it comes. */
async function* growing(source: AsyncIterable<Uint8Array>, grow: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    grow(chunk.length);
    yield chunk;
  }
}

export function tooMuchStaged(): ChatError {
  return new ChatError(
    'TOO_MANY_REQUESTS',
    'Too many files are waiting to be sent. Send or remove some of them first.',
  );
}
