import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream';
import { pipeline as pipelined } from 'node:stream/promises';
import { createPgPool } from '#shared/db/pg-pool.ts';

/**
 * The baseline for delivery: the least a server can do that still asks a database where the file is. One prepared
 * SELECT, then a pipe; no session, permissions, limits or checks. For uploads: the least that still keeps them. SHA-256,
 * a temporary file, fsync, rename, fsync of the folder, a row; no session, form, type or limits. Arguments: port,
 * database URL, folder.
 */
const [port, databaseUrl, storageDir] = process.argv.slice(2);
const pool = createPgPool(String(databaseUrl), { maxConnections: 20 });
await pool.query('CREATE TABLE IF NOT EXISTS "BaselineUpload" (id text PRIMARY KEY, sha256 text NOT NULL)');
const text = 'SELECT "storagePath", "sizeBytes", "mimeType", etag FROM "ChatAttachment" WHERE id = $1';

const server = createServer(async (request, response) => {
  if (request.method === 'PUT') {
    await upload(request).then(
      () => response.writeHead(201).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
    return;
  }
  const id = request.url?.split('/').pop();
  const { rows } = await pool.query({ name: 'baseline', text, values: [id] });
  const row = rows[0];
  if (row === undefined) {
    response.writeHead(404).end();
    return;
  }
  const etag = `"${row.etag}"`;
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { ETag: etag }).end();
    return;
  }
  response.writeHead(200, { 'Content-Length': row.sizeBytes, 'Content-Type': row.mimeType, ETag: etag });
  if (!response.destroyed) pipeline(createReadStream(join(String(storageDir), row.storagePath)), response, () => {});
});
server.listen(Number(port), '127.0.0.1', () => process.send?.('ready'));

async function upload(request: IncomingMessage): Promise<void> {
  const id = randomUUID();
  const hash = createHash('sha256');
  const temporary = join(String(storageDir), `baseline-${id}.tmp`);
  await pipelined(
    request,
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(temporary, { flush: true }),
  );
  await rename(temporary, join(String(storageDir), `baseline-${id}`));
  const folder = await open(String(storageDir), 'r');
  await folder.sync();
  await folder.close();
  await pool.query('INSERT INTO "BaselineUpload" (id, sha256) VALUES ($1, $2)', [id, hash.digest('hex')]);
}
