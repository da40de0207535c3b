import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Takes what a run found out of the ordinary. */
export interface FindingSink {
  add(findings: readonly object[]): Promise<void>;
}

/** One JSON object a line, for `jq`; made with the first finding. Readable by its owner only: it tells ids. */
export class FindingFile implements FindingSink {
  readonly #file: string;
  #stream: WriteStream | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** Null when there was nothing to write. */
  get path(): string | null {
    return this.#stream ? this.#file : null;
  }

  async add(findings: readonly object[]): Promise<void> {
    if (findings.length === 0) return;
    if (!this.#stream) {
      await mkdir(dirname(this.#file), { recursive: true });
      this.#stream = createWriteStream(this.#file, { flags: 'w', mode: 0o600 });
      await once(this.#stream, 'open');
    }
    const lines = findings.map((finding) => `${JSON.stringify(finding)}\n`).join('');
    if (!this.#stream.write(lines)) await once(this.#stream, 'drain');
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    if (!stream) return;
    stream.end();
    await once(stream, 'close');
  }
}
