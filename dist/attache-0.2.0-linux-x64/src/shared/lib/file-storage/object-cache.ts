/**
 * The bytes of small, recently read objects. Stored objects never change, so a cached one is always right; it is
 * consulted only after the caller was authorised. Least recently used goes first.
 */
export class ObjectCache {
  readonly maxObjectBytes: number;
  readonly #maxBytes: number;
  readonly #objects = new Map<string, Buffer>();
  #bytes = 0;

  constructor(settings: { maxBytes: number; maxObjectBytes: number }) {
    this.#maxBytes = settings.maxBytes;
    this.maxObjectBytes = Math.min(settings.maxObjectBytes, settings.maxBytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(path: string): Buffer | null {
    const found = this.#objects.get(path);
    if (found === undefined) return null;
    // A Map keeps insertion order: putting it in again makes it the youngest.
    this.#objects.delete(path);
    this.#objects.set(path, found);
    return found;
  }

  put(path: string, bytes: Buffer): void {
    if (bytes.length > this.maxObjectBytes) return;
    this.delete(path);
    this.#objects.set(path, bytes);
    this.#bytes += bytes.length;
    for (const oldest of this.#objects.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(path: string): void {
    const found = this.#objects.get(path);
    if (found === undefined) return;
    this.#bytes -= found.length;
    this.#objects.delete(path);
  }
}
