/**
 * Supabase Storage in memory, as the driver sees it. The HTTP status of an error is 400 and the real one a string in the
 * body; a refused upload is answered before its body has been read; keys are ASCII; signed URLs are tokens for one path.
 * Runs in its own process, so that tests can freeze and stop it.
 */
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

interface Stored {
  bytes: Buffer;
  contentType: string;
  cacheControl: string;
  etag: string;
  updatedAt: Date;
}

interface Bucket {
  isPublic: boolean;
  maxBytes: number;
  objects: Map<string, Stored>;
}

const SERVICE_KEY = process.argv[2] ?? '';
const VALID_KEY = /^[\w/!\-.*'() &$@=;:+,?]+$/;
const MAX_REMOVED = 1000;
const buckets = new Map<string, Bucket>([
  ['private', { isPublic: false, maxBytes: 64 * 1024 * 1024, objects: new Map() }],
  ['small', { isPublic: false, maxBytes: 1024 * 1024, objects: new Map() }],
  ['open', { isPublic: true, maxBytes: 64 * 1024 * 1024, objects: new Map() }],
]);
/** How many of the next requests get 503, as from a gateway whose storage restarts. */
let unavailable = 0;

class Refusal extends Error {
  readonly statusCode: string;
  readonly error: string;

  constructor(statusCode: string, error: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.error = error;
  }
}

const server = createServer((request, response) => {
  if (unavailable > 0) {
    unavailable--;
    request.resume();
    response.writeHead(503, { 'content-type': 'text/html' }).end('<html>Service Unavailable</html>');
    return;
  }
  answer(request, response).catch((error: unknown) => {
    if (response.headersSent || response.destroyed) return response.destroy();
    const refusal = error instanceof Refusal ? error : new Refusal('500', 'Internal', 'Internal Server Error');
    const { statusCode, error: name, message } = refusal;
    response.writeHead(statusCode === '500' ? 500 : 400, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ statusCode, error: name, message }));
  });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', 'http://localhost');
  const [scope, ...rest] = url.pathname.replace('/storage/v1/', '').split('/');
  const path = rest.join('/');
  if (scope === 'object' && request.method === 'GET' && path.startsWith('sign/'))
    return readSigned(url, path, request, response);
  if (request.headers.authorization !== `Bearer ${SERVICE_KEY}` || request.headers.apikey !== SERVICE_KEY) {
    throw new Refusal('403', 'Unauthorized', 'Invalid Compact JWS');
  }
  if (scope === 'bucket' && request.method === 'GET') return sendJson(response, describeBucket(path));
  if (scope !== 'object') return routeNotFound(request, response);
  if (request.method === 'POST' && path.startsWith('sign/')) return sign(path.slice(5), request, response);
  if (request.method === 'POST' && path.startsWith('list-v2/')) return list(path.slice(8), request, response);
  if (request.method === 'POST' && path === 'copy') return copy(request, response);
  if (request.method === 'DELETE') return remove(path, request, response);
  if (request.method === 'POST') return upload(path, request, response);
  if (request.method === 'GET') return send(findObject(path), request, response);
  return routeNotFound(request, response);
}

function describeBucket(id: string): object {
  const bucket = findBucket(id);
  return { id, name: id, public: bucket.isPublic, file_size_limit: bucket.maxBytes, allowed_mime_types: null };
}

async function upload(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { bucket, key } = locate(path);
  if (!VALID_KEY.test(key)) throw new Refusal('400', 'InvalidKey', `Invalid key: ${key}`);
  if (bucket.objects.has(key) && request.headers['x-upsert'] !== 'true') {
    throw new Refusal('409', 'Duplicate', 'The resource already exists');
  }
  const hash = createHash('md5');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    // Responds while the rest of the body is still arriving; the connection stays open.
    if (length > bucket.maxBytes)
      throw new Refusal('413', 'Payload too large', 'The object exceeded the maximum allowed size');
    hash.update(chunk);
    chunks.push(chunk);
  }
  bucket.objects.set(key, {
    bytes: Buffer.concat(chunks),
    contentType: request.headers['content-type'] ?? 'application/octet-stream',
    cacheControl: request.headers['cache-control'] ?? 'no-cache',
    etag: `"${hash.digest('hex')}"`,
    updatedAt: new Date(),
  });
  sendJson(response, { Id: randomUUID(), Key: decodeURIComponent(path) });
}

function send(object: Stored, request: IncomingMessage, response: ServerResponse, download?: string | null): void {
  const size = object.bytes.length;
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = match ? Number(match[1]) : 0;
  const end = match?.[2] ? Math.min(Number(match[2]), size - 1) : size - 1;
  if (match && start >= size) throw new Refusal('416', 'InvalidRange', 'The requested range is not satisfiable');
  const bytes = object.bytes.subarray(start, end + 1);
  response.writeHead(match ? 206 : 200, {
    'accept-ranges': 'bytes',
    'content-type': object.contentType,
    'content-length': bytes.length,
    'cache-control': object.cacheControl,
    'last-modified': object.updatedAt.toUTCString(),
    etag: object.etag,
    ...(match && { 'content-range': `bytes ${start}-${end}/${size}` }),
    ...(typeof download === 'string' && { 'content-disposition': disposition(download) }),
  });
  response.end(bytes);
}

function disposition(download: string): string {
  const name = encodeURIComponent(download);
  return download === '' ? 'attachment;' : `attachment; filename=${name}; filename*=UTF-8''${name};`;
}

async function sign(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { expiresIn } = await readJson<{ expiresIn: number }>(request);
  findObject(path);
  // As on the real server, reserved characters stay encoded in the signed path.
  const signed = decodeURI(path);
  const payload = Buffer.from(JSON.stringify({ url: signed, exp: Date.now() / 1000 + expiresIn })).toString(
    'base64url',
  );
  sendJson(response, { signedURL: `/object/sign/${signed}?token=${payload}.${mac(payload)}` });
}

function readSigned(url: URL, path: string, request: IncomingMessage, response: ServerResponse): void {
  const [payload = '', given = ''] = (url.searchParams.get('token') ?? '').split('.');
  const expected = mac(payload);
  if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) {
    throw new Refusal('400', 'InvalidJWT', 'signature verification failed');
  }
  const token: { url: string; exp: number } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  if (token.exp < Date.now() / 1000) throw new Refusal('400', 'InvalidJWT', '"exp" claim timestamp check failed');
  if (token.url !== decodeURIComponent(path.slice(5)))
    throw new Refusal('400', 'InvalidSignature', 'Invalid signature');
  send(findObject(path.slice(5)), request, response, url.searchParams.get('download'));
}

async function list(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const {
    prefix = '',
    limit = 1000,
    cursor,
  } = await readJson<{ prefix?: string; limit?: number; cursor?: string }>(request);
  const after = cursor ? Buffer.from(cursor, 'base64').toString().replace('l:', '') : '';
  const keys = [...findBucket(id).objects.keys()]
    .filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const page = keys.slice(0, Math.min(limit, 1000));
  const hasNext = keys.length > page.length;
  sendJson(response, {
    hasNext,
    ...(hasNext && { nextCursor: Buffer.from(`l:${page.at(-1)}`).toString('base64') }),
    folders: [],
    objects: page.map((key) => describeObject(id, key)),
  });
}

function describeObject(id: string, key: string): object {
  const object = findBucket(id).objects.get(key);
  const at = object?.updatedAt.toISOString();
  const metadata = { eTag: object?.etag, size: object?.bytes.length, mimetype: object?.contentType, lastModified: at };
  return { id: randomUUID(), name: key, metadata, created_at: at, updated_at: at, last_accessed_at: at };
}

async function copy(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readJson<{ bucketId: string; sourceKey: string; destinationKey: string }>(request);
  const { objects } = findBucket(body.bucketId);
  const source = objects.get(body.sourceKey);
  if (!source) throw new Refusal('404', 'not_found', 'Object not found');
  if (objects.has(body.destinationKey)) throw new Refusal('409', 'Duplicate', 'The resource already exists');
  objects.set(body.destinationKey, { ...source, updatedAt: new Date() });
  sendJson(response, { Id: randomUUID(), Key: `${body.bucketId}/${body.destinationKey}` });
}

async function remove(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { prefixes } = await readJson<{ prefixes: string[] }>(request);
  if (prefixes.length > MAX_REMOVED) throw new Refusal('400', 'InvalidParameter', 'too many prefixes');
  const { objects } = findBucket(id);
  const present = prefixes.filter((key) => objects.has(key));
  const removed = present.map((key) => describeObject(id, key));
  for (const key of present) objects.delete(key);
  sendJson(response, removed);
}

function findObject(path: string): Stored {
  const { bucket, key } = locate(path);
  const object = bucket.objects.get(key);
  if (!object) throw new Refusal('404', 'not_found', 'Object not found');
  return object;
}

function findBucket(id: string): Bucket {
  const bucket = buckets.get(id);
  if (!bucket) throw new Refusal('404', 'Bucket not found', 'Bucket not found');
  return bucket;
}

function locate(path: string): { bucket: Bucket; key: string } {
  const slash = path.indexOf('/');
  return { bucket: findBucket(path.slice(0, slash)), key: decodeURIComponent(path.slice(slash + 1)) };
}

function mac(payload: string): string {
  return createHmac('sha256', SERVICE_KEY).update(payload).digest('base64url');
}

async function readJson<Body>(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The framework's own 404 with a 404 status: a wrong address, not a missing object. */
function routeNotFound(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const message = `Route ${request.method}:${request.url} not found`;
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message, error: 'Not Found', statusCode: 404 }));
}

process.on('message', (message: { unavailable?: number }) => {
  unavailable = message.unavailable ?? 0;
  process.send?.('done');
});
process.on('disconnect', () => process.exit());
server.listen(Number(process.argv[3] ?? 0), '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 });
});
