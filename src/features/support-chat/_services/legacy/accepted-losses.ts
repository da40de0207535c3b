import type { LegacyFinding } from './legacy-entries.ts';

type Place = Pick<LegacyFinding, 'messageId' | 'position' | 'attachmentId'>;

/** Losses that an operator knows of by name, so that they are told apart from new ones. */
export class AcceptedLosses {
  readonly #keys: ReadonlySet<string>;

  private constructor(keys: ReadonlySet<string>) {
    this.#keys = keys;
  }

  static none(): AcceptedLosses {
    return new AcceptedLosses(new Set());
  }

  /**
   * Reads a report file of `--verify` or of the backfill: of its lines those of lost files and of entries that cannot
   * become rows. Other lines accept nothing.
   * @throws TypeError naming the line that is no finding
   */
  static parse(text: string): AcceptedLosses {
    const keys = new Set<string>();
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const finding = parseFinding(line);
      if (!finding) throw new TypeError(`line ${index + 1} is no line of a report file`);
      if (finding.kind === 'missing-object' || finding.kind === 'invalid') keys.add(keyOf(finding));
    }
    return new AcceptedLosses(keys);
  }

  has(place: Place): boolean {
    return this.#keys.has(keyOf(place));
  }
}

function keyOf({ messageId, position, attachmentId }: Place): string {
  return JSON.stringify([messageId, position, attachmentId]);
}

function parseFinding(line: string): (Place & { kind: unknown }) | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('kind' in value)) return null;
    const { messageId, position = null, attachmentId = null } = value as Partial<Place>;
    return typeof messageId === 'string' ? { kind: value.kind, messageId, position, attachmentId } : null;
  } catch {
    return null;
  }
}
