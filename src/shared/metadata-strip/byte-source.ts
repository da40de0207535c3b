/** A filter came upon bytes that its format does not allow: what follows is passed on as it is. */
export class MalformedMediaError extends Error {}

const joinedChunkBytes = 8 * 1024;

/** What a buffer costs beside its bytes: a file of empty boxes is all buffers and no bytes. */
const pieceOverheadBytes = 256;

/**
 * How often a filter may ask. A file of nothing but empty boxes or markers would keep the process busy for a hundred
 * times as long as its bytes took to arrive. A GIF asks most, once for each block of 255 bytes.
 */
const maxTakes = 300_000;
const bytesPerFurtherTake = 224;

/**
 * Bytes of a file as they arrive, read by a filter that is written as a generator: it asks for what it needs and sleeps
 * until that is there, so no decision can depend on how the network cut the file into chunks.
 *
 * Until `commit` everything read is kept beside everything emitted: should the file turn out to be malformed, the
 * original bytes go out instead. A filter commits once it is sure, and keeps what it asks for at once small.
 */
export class ByteSource {
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private ended = false;
  private uncommittedInput: Buffer[] = [];
  private uncommittedInputBytes = 0;
  private uncommittedOutput: Buffer[] = [];
  private output: Buffer[] = [];
  private consumed = 0;
  private takes = 0;

  /** How many bytes of the file the filter has consumed: the offset of the next one. */
  get position(): number {
    return this.consumed;
  }

  /** What this source holds in memory for a way back: the bytes read since the last commit, and their buffers. */
  get heldBytes(): number {
    return this.uncommittedInputBytes + this.uncommittedInput.length * pieceOverheadBytes;
  }

  feed(chunk: Buffer): void {
    if (chunk.length === 0) return;
    const last = this.waiting[this.waiting.length - 1];
    // A sender of single bytes would otherwise cost us an object for each.
    if (last && last.length + chunk.length <= joinedChunkBytes) {
      this.waiting[this.waiting.length - 1] = Buffer.concat([last, chunk]);
    } else {
      this.waiting.push(chunk);
    }
    this.waitingBytes += chunk.length;
  }

  end(): void {
    this.ended = true;
  }

  /** What may leave for the next stage now. */
  drain(): Buffer[] {
    const ready = this.output;
    this.output = [];
    return ready;
  }

  /** Gives up: sends the original of all that is not committed, and all that waits, unchanged. */
  passThrough(): void {
    append(this.output, this.uncommittedInput);
    append(this.output, this.waiting);
    this.uncommittedInput = [];
    this.uncommittedOutput = [];
    this.uncommittedInputBytes = 0;
    this.waiting = [];
    this.waitingBytes = 0;
  }

  emit(bytes: Buffer): void {
    if (bytes.length > 0) this.uncommittedOutput.push(bytes);
  }

  commit(): void {
    append(this.output, this.uncommittedOutput);
    this.uncommittedOutput = [];
    this.uncommittedInput = [];
    this.uncommittedInputBytes = 0;
  }

  /** True at the end of the file; waits until that is known. */
  *isAtEnd(): Generator<void, boolean, void> {
    while (this.waitingBytes === 0 && !this.ended) yield;
    return this.waitingBytes === 0;
  }

  /**
   * The next `count` bytes, fewer only when the file ends. `count` must be bounded by the caller.
   * @throws MalformedMediaError when the file falls into too many pieces.
   */
  *takeUpTo(count: number): Generator<void, Buffer, void> {
    this.takes += 1;
    if (this.takes > maxTakes + this.consumed / bytesPerFurtherTake) throw new MalformedMediaError('too many pieces');
    while (this.waitingBytes < count && !this.ended) yield;
    const pieces: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      const piece = this.shift(missing);
      if (!piece) break;
      pieces.push(piece);
      missing -= piece.length;
    }
    append(this.uncommittedInput, pieces);
    const taken = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    this.uncommittedInputBytes += taken.length;
    return taken;
  }

  /**
   * The next `count` bytes.
   * @throws MalformedMediaError when the file ends before them.
   */
  *take(count: number): Generator<void, Buffer, void> {
    const taken = yield* this.takeUpTo(count);
    if (taken.length < count) throw new MalformedMediaError('the file ends early');
    return taken;
  }

  /**
   * Commits, then forwards `count` bytes (Infinity: all that come) as they arrive, each piece through `change`.
   * `change` gets the piece and its offset in the file and must return as many bytes.
   */
  *forward(count: number, change?: (piece: Buffer, offset: number) => Buffer): Generator<void, void, void> {
    this.commit();
    let left = count;
    while (left > 0 && !(yield* this.isAtEnd())) {
      const offset = this.consumed;
      const piece = this.shift(left);
      if (!piece) return;
      left -= piece.length;
      this.output.push(change ? change(piece, offset) : piece);
    }
  }

  /**
   * Commits, then forwards up to, not including, the place that `find` names in what has arrived (-1: none there).
   * False when the file ended first.
   */
  *forwardUntil(find: (bytes: Buffer) => number): Generator<void, boolean, void> {
    this.commit();
    while (!(yield* this.isAtEnd())) {
      const first = this.waiting[0];
      const found = first ? find(first) : -1;
      const piece = found === 0 ? null : this.shift(found < 0 ? Number.POSITIVE_INFINITY : found);
      if (piece) this.output.push(piece);
      if (found >= 0) return true;
    }
    return false;
  }

  /** Drops `count` bytes (Infinity: the rest) without holding them. What is uncommitted is committed. */
  *discard(count: number): Generator<void, void, void> {
    this.commit();
    let left = count;
    while (left > 0 && !(yield* this.isAtEnd())) left -= this.shift(left)?.length ?? 0;
  }

  private shift(limit: number): Buffer | null {
    const first = this.waiting[0];
    if (!first) return null;
    const piece = first.length <= limit ? first : first.subarray(0, limit);
    if (piece === first) this.waiting.shift();
    else this.waiting[0] = first.subarray(limit);
    this.waitingBytes -= piece.length;
    this.consumed += piece.length;
    return piece;
  }
}

/** A loop and not `push(...pieces)`: each argument lies on the stack, which ends at some hundred thousand. */
function append(list: Buffer[], pieces: readonly Buffer[]): void {
  for (const piece of pieces) list.push(piece);
}
