import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';

export interface MultipartFile {
  fileName: string;
  /** What the client claims; the bytes decide. */
  mimeType: string;
  /** Ends only when the part ended properly; a cut body makes it fail. */
  body: Readable;
}

export interface MultipartUpload {
  fields: Record<string, string>;
  file: MultipartFile;
  /** Resolves when the body ended as it must; rejects with `MalformedMultipartError` when anything follows the file. */
  ended: Promise<void>;
}

/** The body is not one set of known fields followed by one file. The message says what is wrong. */
export class MalformedMultipartError extends Error {
  override readonly name = 'MalformedMultipartError';
}

/** The sender went away before the body was whole. */
export class BodyCutShortError extends Error {
  override readonly name = 'BodyCutShortError';
}

/**
 * Reads `multipart/form-data` (RFC 7578) with its fields before its one file, as a stream: nothing is buffered but the
 * fields, and the file's bytes wait in the socket until somebody reads `file.body`.
 * @throws MalformedMultipartError, BodyCutShortError
 */
export function readMultipart(
  request: IncomingMessage,
  options: { allowedFields: readonly string[]; maxFieldBytes: number },
): Promise<MultipartUpload> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {};
    const ended = Promise.withResolvers<void>();
    // Nobody may be listening yet when the file itself is refused.
    ended.promise.catch(() => {});
    let file: MultipartFile | null = null;
    let settled = false;

    const fail = (error: Error) => {
      if (settled) return;
      settled = true;
      if (typeof parser !== 'string') request.unpipe(parser);
      file?.body.destroy(error);
      ended.reject(error);
      reject(error);
    };
    const parser = createParser(request, options);
    if (typeof parser === 'string') return fail(new MalformedMultipartError(parser));
    // A sender who left before we began to listen is announced by no event any more.
    if (request.destroyed) return fail(new BodyCutShortError('The upload was cut off.'));

    parser.on('field', (name, value, nameTruncated, valueTruncated) => {
      if (file !== null) return fail(new MalformedMultipartError('The fields must come before the file.'));
      if (nameTruncated || !options.allowedFields.includes(name)) {
        return fail(
          new MalformedMultipartError(`Only these fields are known: ${options.allowedFields.join(', ')}, file.`),
        );
      }
      if (valueTruncated || Object.hasOwn(fields, name)) {
        return fail(new MalformedMultipartError(`The field ${name} is too long or there twice.`));
      }
      fields[name] = value;
    });
    parser.on('file', (name, body, fileName, _encoding, mimeType) => {
      // A stream nobody listens to would end the process with its error.
      body.on('error', () => {});
      if (name !== 'file') {
        body.resume();
        return fail(new MalformedMultipartError('The file must be in the field "file".'));
      }
      file = { fileName: fileName ?? '', mimeType, body };
      resolve({ fields, file, ended: ended.promise });
    });
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      parser.on(limit, () => fail(new MalformedMultipartError('Send a few fields and exactly one file.')));
    }
    parser.on('error', () => fail(new MalformedMultipartError('The body is not well-formed multipart/form-data.')));
    parser.on('finish', () => {
      if (file === null) return fail(new MalformedMultipartError('There is no file in the body.'));
      settled = true;
      ended.resolve();
    });
    request.on('aborted', () => fail(new BodyCutShortError('The upload was cut off.')));
    request.on('error', () => fail(new BodyCutShortError('The upload was cut off.')));
    request.pipe(parser);
  });
}

/** The parser, or what is wrong with the Content-Type. */
function createParser(request: IncomingMessage, options: { maxFieldBytes: number }): BusboyInstance | string {
  const contentType = request.headers['content-type'];
  if (contentType === undefined || !/^multipart\/form-data\s*;/i.test(contentType)) {
    return 'Send multipart/form-data with one file.';
  }
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': contentType },
      // One piece of the socket. More would be joined, at no gain (decision 049), and held by each upload that waits.
      fileHwm: 64 * 1024,
      limits: {
        fields: 8,
        files: 1,
        parts: 9,
        fieldNameSize: 100,
        fieldSize: options.maxFieldBytes,
        headerPairs: 20,
        headerSize: 16_384,
      },
    });
  } catch {
    return 'The Content-Type has no usable boundary.';
  }
}
