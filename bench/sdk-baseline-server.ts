import { createServer } from 'node:http';
import process from 'node:process';
import { pipeline, Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createPgPool } from '#shared/db/pg-pool.ts';

/**
 * The baseline for delivery over S3: one prepared SELECT, then the SDK's stream piped into the response. For uploads:
 * the request as the body of the SDK's own `Upload`. Arguments: port, database URL, and
 * the storage's settings as JSON.
 */
const [port, databaseUrl, json] = process.argv.slice(2);
const settings = JSON.parse(String(json));
const pool = createPgPool(String(databaseUrl), { maxConnections: 20 });
const client = new S3Client({
  endpoint: settings.endpoint,
  region: settings.region,
  forcePathStyle: settings.forcePathStyle,
  credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  requestHandler: { httpAgent: { maxSockets: 256 } },
});
const text = 'SELECT "storagePath", "sizeBytes", "mimeType", etag FROM "ChatAttachment" WHERE id = $1';

const server = createServer(async (request, response) => {
  if (request.method === 'PUT') {
    await upload(request, `baseline-${process.hrtime.bigint()}`).then(
      () => response.writeHead(201).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
    return;
  }
  const { rows } = await pool.query({ name: 'baseline', text, values: [request.url?.split('/').pop()] });
  const row = rows[0];
  if (row === undefined) {
    response.writeHead(404).end();
    return;
  }
  const object = await client.send(new GetObjectCommand({ Bucket: settings.bucket, Key: row.storagePath }));
  response.writeHead(200, { 'Content-Length': row.sizeBytes, 'Content-Type': row.mimeType, ETag: `"${row.etag}"` });
  if (!(object.Body instanceof Readable)) return;
  // The client may have disconnected meanwhile; piping into a closed response throws.
  if (response.destroyed) object.Body.destroy();
  else pipeline(object.Body, response, () => {});
});
server.listen(Number(port), '127.0.0.1', () => process.send?.('ready'));

async function upload(body: Readable, Key: string): Promise<void> {
  await new Upload({ client, params: { Bucket: settings.bucket, Key, Body: body } }).done();
}
