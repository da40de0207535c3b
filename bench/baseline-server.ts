import { createReadStream, createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream';
import { createPgPool } from '#shared/db/pg-pool.ts';

/**
 * The baseline for delivery: the least a server can do that still asks a database where the file is. One prepared
 * SELECT, then a pipe; no session, permissions, limits or checks. Arguments: port, database URL, folder.
 */
const [port, databaseUrl, storageDir] = process.argv.slice(2);
const pool = createPgPool(String(databaseUrl), { maxConnections: 20 });
const text = 'SELECT "storagePath", "sizeBytes", "mimeType", etag FROM "ChatAttachment" WHERE id = $1';

const server = createServer(async (request, response) => {
  if (request.method === 'PUT') {
    const target = join(String(storageDir), `baseline-${process.hrtime.bigint()}`);
    pipeline(request, createWriteStream(target), (error) => response.writeHead(error ? 500 : 201).end());
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
