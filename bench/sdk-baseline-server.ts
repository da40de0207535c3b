import { createServer } from 'node:http';
import process from 'node:process';
import { pipeline, Readable } from 'node:stream';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createPgPool } from '#shared/db/pg-pool.ts';

/**
 * The baseline for delivery over S3: one prepared SELECT, then the SDK's stream piped into the response. For uploads:
 * the request as a multipart upload, as the SDK's own `Upload` does it for streams. Arguments: port, database URL, and
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
  requestHandler: new NodeHttpHandler({ httpAgent: { maxSockets: 256 } }),
});
const PART_BYTES = 5 * 1024 * 1024;
const PARALLEL_PARTS = 4;
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
  const target = { Bucket: settings.bucket, Key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const Parts: CompletedPart[] = [];
  const running = new Set<Promise<void>>();
  const send = async (PartNumber: number, Body: Buffer) => {
    const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
    Parts[PartNumber - 1] = { PartNumber, ETag };
  };
  let number = 0;
  for await (const part of partsOf(body)) {
    if (running.size >= PARALLEL_PARTS) await Promise.race(running);
    number += 1;
    const sending: Promise<void> = send(number, part).finally(() => running.delete(sending));
    running.add(sending);
  }
  await Promise.all(running);
  await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
}

async function* partsOf(body: Readable): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [];
  let gathered = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    gathered += chunk.length;
    if (gathered < PART_BYTES) continue;
    const all = Buffer.concat(chunks);
    yield all.subarray(0, PART_BYTES);
    chunks = [all.subarray(PART_BYTES)];
    gathered = all.length - PART_BYTES;
  }
  if (gathered > 0) yield Buffer.concat(chunks);
}
