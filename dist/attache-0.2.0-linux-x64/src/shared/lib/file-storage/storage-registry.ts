import type { FileStorage, StorageDriverName } from './types.ts';

/**
 * Finds the storage a file is in. New files go to `current`; a row that names another driver is read from there, so
 * that a chat keeps working while its files move house.
 */
export class StorageRegistry {
  readonly current: FileStorage;
  readonly #others = new Map<string, Promise<FileStorage>>();
  readonly #openOther: (driver: StorageDriverName) => Promise<FileStorage>;

  constructor(current: FileStorage, openOther: (driver: StorageDriverName) => Promise<FileStorage>) {
    this.current = current;
    this.#openOther = openOther;
  }

  /** @throws TypeError when the row names a driver whose settings are absent. */
  async for(driver: string | null): Promise<FileStorage> {
    if (driver === null || driver === this.current.driver) return this.current;
    if (!isDriverName(driver)) throw new TypeError('a row names an unknown storage driver');
    const opened = this.#others.get(driver) ?? this.#openOther(driver);
    this.#others.set(driver, opened);
    // A failed opening must not be remembered: the settings or the server may be mended meanwhile.
    opened.catch(() => this.#others.delete(driver));
    return opened;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#others.values());
    await Promise.all(opened.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)));
    await this.current.close();
  }
}

function isDriverName(driver: string): driver is StorageDriverName {
  return driver === 'local' || driver === 's3' || driver === 'supabase';
}
