import type { OutboxEvent } from './outbox-events.ts';
import type { Upload } from './upload.ts';
import { createSpeedMeter, type SpeedMeter } from './upload-speed.ts';
import { UploadFailure, type UploadTransport } from './upload-transport.ts';

export interface UploadRunnerDependencies {
  chooseTransport: (file: Blob) => UploadTransport;
  discardStaged: (attachmentId: string) => Promise<void>;
  report: (event: OutboxEvent) => void;
}

/** Carries files to the server, and reports how far they are and what became of them. */
export class UploadRunner {
  readonly #dependencies: UploadRunnerDependencies;
  readonly #running = new Map<string, AbortController>();

  constructor(dependencies: UploadRunnerDependencies) {
    this.#dependencies = dependencies;
  }

  abort(uploadId: string): void {
    this.#running.get(uploadId)?.abort(new DOMException('removed', 'AbortError'));
    this.#running.delete(uploadId);
  }

  async start(upload: Upload): Promise<void> {
    const controller = new AbortController();
    this.#running.set(upload.id, controller);
    const outcome = await this.#carry(upload, controller.signal);
    if (!controller.signal.aborted) {
      this.#running.delete(upload.id);
      this.#dependencies.report(outcome);
    } else if (outcome.type === 'uploadStaged') {
      // Removed, or moved to another conversation, in the moment it arrived.
      void this.#dependencies.discardStaged(outcome.attachment.id);
    }
  }

  async #carry(upload: Upload, signal: AbortSignal) {
    const { id: uploadId, file, name, mimeType, dialogId, resumeUrl } = upload;
    const report = (event: OutboxEvent) => {
      if (!signal.aborted) this.#dependencies.report(event);
    };
    let meter: SpeedMeter | null = null;
    try {
      const attachment = await this.#dependencies.chooseTransport(file)({
        ...{ file, name, mimeType, dialogId, resumeUrl, signal },
        onProgress(sentBytes) {
          // What is there already when a broken upload goes on was not carried just now.
          meter ??= createSpeedMeter(performance.now(), sentBytes);
          const bytesPerSecond = meter.observe(sentBytes, performance.now());
          report({ type: 'uploadProgressed', uploadId, sentBytes, bytesPerSecond });
        },
        onStored: (storedBytes) => report({ type: 'uploadStored', uploadId, storedBytes }),
        onAddress: (address) => report({ type: 'uploadAddressed', uploadId, resumeUrl: address }),
      });
      return { type: 'uploadStaged', uploadId, attachment } as const;
    } catch (error) {
      const { problem, retryAfterMs } = error instanceof UploadFailure ? error : new UploadFailure('UNKNOWN');
      return { type: 'uploadFailed', uploadId, problem, retryAfterMs } as const;
    }
  }
}
