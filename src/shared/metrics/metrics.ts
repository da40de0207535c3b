import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { VERSION } from '#shared/config/version.ts';

/** What `/api/metrics` shows beside the process's own figures. Labels hold kinds and statuses, never ids or names. */
export interface Metrics {
  registry: Registry;
  downloads: Counter<'status'>;
  downloadedBytes: Counter;
  downloadSeconds: Histogram;
  abortedDownloads: Counter;
  missingObjects: Counter;
  uploads: Counter<'result'>;
  uploadedBytes: Counter;
  limiterErrors: Counter;
  renditions: Counter<'result'>;
  renditionSeconds: Histogram;
}

export interface MetricReadings {
  rowlessMessages(): number;
  openDownloads: () => number;
  openEventStreams: () => number;
  cachedBytes: () => number;
  /** Asked for when the page is read, so it costs one indexed count per scrape. */
  staged: () => Promise<number>;
  renditionJobs: () => Promise<number>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'attache_build_info',
    help: 'Always 1; the label says which version runs',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: VERSION }, 1);
  const registers = [registry];
  const name = (rest: string) => `support_chat_attachment_${rest}`;
  return {
    registry,
    downloads: new Counter({
      name: name('downloads_total'),
      help: 'Answers of the delivery route',
      labelNames: ['status'],
      registers,
    }),
    downloadedBytes: new Counter({ name: name('bytes_total'), help: 'Bytes of attachments sent', registers }),
    downloadSeconds: new Histogram({
      name: name('duration_seconds'),
      help: 'From request to last byte of a download',
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120],
      registers,
    }),
    abortedDownloads: new Counter({
      name: name('downloads_aborted_total'),
      help: 'Downloads the client left',
      registers,
    }),
    missingObjects: new Counter({ name: name('missing_objects_total'), help: 'Rows whose object was gone', registers }),
    uploads: new Counter({
      name: name('uploads_total'),
      help: 'Uploads by outcome',
      labelNames: ['result'],
      registers,
    }),
    uploadedBytes: new Counter({ name: name('uploaded_bytes_total'), help: 'Bytes stored by uploads', registers }),
    limiterErrors: new Counter({
      name: name('rate_limit_errors_total'),
      help: 'Rate limits that could not be counted',
      registers,
    }),
    renditions: new Counter({
      name: 'support_chat_rendition_jobs_total',
      help: 'Jobs of making previews by what became of them: ready, failed, unsupported, put-off, dropped',
      labelNames: ['result'],
      registers,
    }),
    renditionSeconds: new Histogram({
      name: 'support_chat_rendition_duration_seconds',
      help: 'From claim to end of a job, the copy out of the storage included',
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 110],
      registers,
    }),
  };
}

/** Adds what is read at scrape time. */
export function registerReadings(metrics: Metrics, readings: MetricReadings): void {
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name: `support_chat_${name}`,
      help,
      registers: [metrics.registry],
      async collect() {
        // The database may be away; a scrape must still answer with the rest.
        this.set(await Promise.resolve(read()).catch(() => Number.NaN));
      },
    });
  gauge(
    'attachment_messages_without_rows',
    'Messages of a sample whose JSON has files that the table lacks, read at the start',
    readings.rowlessMessages,
  );
  gauge('attachment_staged', 'Attachments uploaded and not yet sent', readings.staged);
  gauge('attachment_downloads_open', 'Downloads under way', readings.openDownloads);
  gauge('attachment_cache_bytes', 'Bytes of small objects in memory', readings.cachedBytes);
  gauge('rendition_queue_length', 'Jobs of making previews that wait or run', readings.renditionJobs);
  gauge('event_streams_open', 'Open event streams', readings.openEventStreams);
}
