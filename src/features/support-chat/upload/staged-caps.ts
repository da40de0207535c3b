import type { ChatAttachmentRepository } from '#entities/support-chat/attachment/attachment-repository.ts';
import { ChatError } from '#shared/errors/chat-error.ts';

/** What a user is uploading right now in this process: counted with what is staged, or twenty at once would pass. */
interface Underway {
  count: number;
  bytes: number;
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

  /** Returns the release. @throws ChatError TOO_MANY_REQUESTS when the user has too much staged. */
  async reserve(userId: string, bytes: number): Promise<() => void> {
    const underway = this.#underway.get(userId) ?? { count: 0, bytes: 0 };
    this.#underway.set(userId, underway);
    underway.count += 1;
    underway.bytes += bytes;
    const release = () => {
      underway.count -= 1;
      underway.bytes -= bytes;
      if (underway.count === 0) this.#underway.delete(userId);
    };
    try {
      const staged = await this.#attachments.countStaged(userId);
      if (staged.count + underway.count > this.#maxCount || staged.bytes + underway.bytes > this.#maxBytes) {
        throw new ChatError(
          'TOO_MANY_REQUESTS',
          'Too many files are waiting to be sent. Send or remove some of them first.',
        );
      }
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }
}
