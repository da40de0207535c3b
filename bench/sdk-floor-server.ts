import { createServer } from 'node:http';
import process from 'node:process';
import { pipeline, Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createPgPool } from '#shared/db/pg-pool.ts';

/**
 * What delivery over S3 is measured against: one prepared SELECT, then the SDK's stream piped into the answer. For
 * uploads: the request piped into one PutObject.
 * Arguments: port, database, and the storage's settings as JSON.
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
  requestHandler: new NodeHttpHandler({ httpAgent: { maxSockets: 256 } }),
});
const text = 'SELECT "storagePath", "sizeBytes", "mimeType", etag FROM "ChatAttachment" WHERE id = $1';

const server = createServer(async (request, response) => {
  if (request.method === 'PUT') {
    const object = {
      Key: `floor-${process.hrtime.bigint()}`,
      ContentLength: Number(request.headers['content-length']),
    };
    const stored = client.send(new PutObjectCommand({ Bucket: settings.bucket, Body: request, ...object }));
    await stored.then(
      () => response.writeHead(201).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
    return;
  }
  const { rows } = await pool.query({ name: 'floor', text, values: [request.url?.split('/').pop()] });
  const row = rows[0];
  if (row === undefined) {
    response.writeHead(404).end();
    return;
  }
  const object = await client.send(new GetObjectCommand({ Bucket: settings.bucket, Key: row.storagePath }));
  response.writeHead(200, { 'Content-Length': row.sizeBytes, 'Content-Type': row.mimeType, ETag: `"${row.etag}"` });
  if (!(object.Body instanceof Readable)) return;
  // The client may have left meanwhile; piping into a closed answer throws.
  if (response.destroyed) object.Body.destroy();
  else pipeline(object.Body, response, () => {});
});
server.listen(Number(port), '127.0.0.1', () => process.send?.('ready'));
