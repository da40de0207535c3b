import { presentFileName } from '#shared/http/disposition.ts';

/** Gives each file of an archive a name of its own: harmless on every system, and apart also where letter case is not. */
export class ArchiveNames {
  readonly #taken = new Set<string>();

  /** `photo.jpg`, then `photo (2).jpg`. */
  take(name: string, mimeType: string): string {
    const safe = presentFileName(name, mimeType);
    const dot = safe.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [safe.slice(0, dot), safe.slice(dot)] : [safe, ''];
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? safe : `${stem} (${number})${ending}`;
      const key = candidate.normalize('NFC').toLowerCase();
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return candidate;
    }
  }
}
