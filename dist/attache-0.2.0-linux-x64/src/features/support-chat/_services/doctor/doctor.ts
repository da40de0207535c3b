import type { Pool } from 'pg';
import { type Lease, withLease } from '#shared/lease/lease.ts';
import type { StorageRegistry } from '#shared/lib/file-storage/storage-registry.ts';
import { DoctorRepository } from '../../_repositories/doctor-repository.ts';
import type { FindingSink } from '../jobs/finding-file.ts';
import { recordJobRun } from '../jobs/job-run.ts';
import { hasLegacyColumn } from '../legacy/legacy-column.ts';
import { type DoctorReport, type DoctorRequest, emptyDoctorReport } from './doctor-report.ts';
import { StorageExamination } from './storage-examination.ts';

export interface DoctorSettings {
  lockNamespace: string;
  lockTtlSeconds: number;
}

export type DoctorResult = DoctorReport | { skipped: 'locked' };

/**
 * Compares rows with objects, both ways, in one walk over each storage that rows name. Without `repair` it only looks
 * and needs no lock. What it says was true at the moment it was checked, not just when the walk began.
 */
export class Doctor {
  readonly #pool: Pool;
  readonly #storages: StorageRegistry;
  readonly #settings: DoctorSettings;
  readonly #findings: FindingSink;

  constructor(pool: Pool, storages: StorageRegistry, settings: DoctorSettings, findings: FindingSink) {
    this.#pool = pool;
    this.#storages = storages;
    this.#settings = settings;
    this.#findings = findings;
  }

  /** @throws StorageUnavailableError, LeaseLostError */
  async run(request: DoctorRequest): Promise<DoctorResult> {
    if (!request.repair) return this.#record(null, request);
    const { lockNamespace: namespace, lockTtlSeconds: ttlSeconds } = this.#settings;
    const result = await withLease(this.#pool, { namespace, name: 'doctor', ttlSeconds }, (lease) =>
      this.#record(lease, request),
    );
    return result === 'locked' ? { skipped: 'locked' } : result;
  }

  async #record(lease: Lease | null, request: DoctorRequest): Promise<DoctorReport> {
    const { report } = await recordJobRun(this.#pool, 'doctor', async () => {
      const done = await this.#examine(lease, request);
      return { report: done, failed: done.failed > 0 };
    });
    return report;
  }

  async #examine(lease: Lease | null, request: DoctorRequest): Promise<DoctorReport> {
    const startedAt = performance.now();
    const report = emptyDoctorReport();
    const hasLegacy = await hasLegacyColumn(this.#pool);
    const repository = new DoctorRepository(this.#pool, hasLegacy);
    const total = await repository.countRows();
    const current = this.#storages.current.driver;
    for (const driver of new Set([current, ...(await repository.listDrivers())])) {
      const storage = await this.#storages.for(driver);
      const client = await this.#pool.connect();
      try {
        await new StorageExamination({
          storage,
          repository,
          lease,
          request: { ...request, onProgress: (rows) => request.onProgress?.(rows, Math.max(rows, total)) },
          report,
          findings: this.#findings,
        }).run(client, { driver, isCurrentDriver: driver === current, hasLegacyColumn: hasLegacy });
      } finally {
        client.release();
      }
    }
    return { ...report, durationMs: Math.round(performance.now() - startedAt) };
  }
}
