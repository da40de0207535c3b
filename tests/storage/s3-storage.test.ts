import {
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3Storage } from '#shared/lib/file-storage/_providers/minio.ts';
import type { S3StorageSettings } from '#shared/lib/file-storage/storage-settings.ts';
import { createAdminClient, type Gateway, gatewayAbsence, openGateway } from './ceph-gateway.ts';
import { describeStorageContract } from './contract-suite.ts';
import { MIB, readAll, someBytes, streamOf } from './test-bytes.ts';
import { describeUnicodePaths } from './unicode-paths-suite.ts';

const absence = gatewayAbsence ? ` (left out: ${gatewayAbsence})` : '';

describe.runIf(gatewayAbsence === null)(`S3 on Ceph's gateway${absence}`, () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await openGateway();
  });
  afterAll(() => gateway.release());

  const openS3 = async () => {
    const settings = await gateway.createBucket();
    const storage = new S3Storage(settings);
    const admin = createAdminClient(settings);
    return {
      storage,
      countUnfinished: async () =>
        (await admin.send(new ListMultipartUploadsCommand({ Bucket: settings.bucket }))).Uploads?.length ?? 0,
      release: () => {
        admin.destroy();
        return storage.close();
      },
    };
  };

  describeStorageContract('S3', openS3);
  describeUnicodePaths('S3', openS3);

  describe('the S3 driver', () => {
    let settings: S3StorageSettings;
    let storage: S3Storage;
    beforeAll(async () => {
      settings = await gateway.createBucket();
      storage = new S3Storage(settings);
    });
    afterAll(() => storage.close());

    it('keeps the media type beside the object', async () => {
      await storage.put('support-chat/u/type', streamOf(Buffer.from('x')), { contentType: 'image/png' });
      const admin = createAdminClient(settings);
      const head = await admin.send(new HeadObjectCommand({ Bucket: settings.bucket, Key: 'support-chat/u/type' }));
      admin.destroy();
      expect(head.ContentType).toBe('image/png');
    });

    it('signs addresses that carry type and name, and expire', async () => {
      await storage.put('support-chat/u/signed', streamOf(Buffer.from('signed bytes')));
      const contentDisposition = `attachment; filename="a b.pdf"; filename*=UTF-8''%D1%8F.pdf`;
      const url = await storage.offload.signedUrl?.('support-chat/u/signed', {
        expiresInSeconds: 2,
        contentType: 'application/pdf',
        contentDisposition,
      });
      const answer = await fetch(url ?? '', { headers: { range: 'bytes=0-5' } });
      expect(answer.status).toBe(206);
      expect(await answer.text()).toBe('signed');
      expect(answer.headers.get('content-type')).toBe('application/pdf');
      expect(answer.headers.get('content-disposition')).toBe(contentDisposition);
      const altered = await fetch((url ?? '').replace('support-chat/u/signed', 'support-chat/u/type'));
      await altered.body?.cancel();
      expect(altered.status).toBe(403);
      await new Promise((resolve) => setTimeout(resolve, 3_100));
      const late = await fetch(url ?? '');
      await late.body?.cancel();
      expect(late.status).toBe(403);
    });

    it('takes uploads and removals while readers hold every connection they may have', async () => {
      const narrow = new S3Storage({ ...settings, maxConnections: 1 });
      await narrow.put('support-chat/u/video', streamOf(someBytes(8 * MIB)));
      // Opened, its first bytes there, and read no further.
      const paused = await narrow.open('support-chat/u/video');
      await narrow.put('support-chat/u/small', streamOf(Buffer.from('small')));
      const large = someBytes(11 * MIB);
      await narrow.put('support-chat/u/large', streamOf(large));
      await narrow.delete('support-chat/u/small');
      expect(await narrow.stat('support-chat/u/small')).toBeNull();
      await narrow.check();
      expect(await readAll(paused)).toHaveLength(8 * MIB);
      expect(large.equals(await readAll(await narrow.open('support-chat/u/large')))).toBe(true);
      narrow.close();
    });

    it('works with the checksums of newer servers as well', async () => {
      const modern = new S3Storage({ ...settings, checksums: 'WHEN_SUPPORTED' });
      const bytes = someBytes(11 * MIB);
      await modern.put('support-chat/u/checked', streamOf(bytes));
      expect((await readAll(await modern.open('support-chat/u/checked'))).equals(bytes)).toBe(true);
      const part = await readAll(await modern.open('support-chat/u/checked', { range: { start: 7, end: 70_007 } }));
      expect(part.equals(bytes.subarray(7, 70_008))).toBe(true);
      expect((await modern.deleteMany(['support-chat/u/checked'])).failed).toEqual([]);
      await modern.close();
    });

    it('tells a full storage, a refused key and an address where nothing answers apart', async () => {
      const key = await gateway.createUser('small', { maxBytes: MIB });
      const { bucket } = await gateway.createBucket(key);
      const failing = async (change: Partial<S3StorageSettings>) => {
        const broken = new S3Storage({ ...settings, ...change });
        const error: unknown = await broken
          .put('support-chat/u/x', streamOf(someBytes(12 * MIB)))
          .catch((reason: unknown) => reason);
        expect(await broken.stat('support-chat/u/x').catch(() => null)).toBeNull();
        await broken.close();
        return error;
      };
      const refused = await failing({ accessKeyId: 'UNKNOWNKEY0000000001' });
      expect(refused).toMatchObject({ reason: 'refused', message: 's3 storage refused (InvalidAccessKeyId)' });
      const gone = await failing({ endpoint: 'http://127.0.0.1:2' });
      expect(gone).toMatchObject({ reason: 'unreachable', message: 's3 storage unreachable (ECONNREFUSED)' });
      const full = await failing({ ...key, bucket });
      expect(full).toMatchObject({ reason: 'full', message: 's3 storage full (QuotaExceeded)' });
    });

    it('never shows the bucket, the address or the key to whoever reads an error', async () => {
      const stranger = new S3Storage({ ...settings, accessKeyId: 'UNKNOWNKEY0000000001' });
      const errors = await Promise.all([
        stranger.open('support-chat/u/type').catch((error: unknown) => error),
        stranger.put('support-chat/u/new', streamOf(Buffer.from('x'))).catch((error: unknown) => error),
        stranger.stat('support-chat/u/type').catch((error: unknown) => error),
      ]);
      for (const error of errors) {
        expect(error).toMatchObject({ name: 'StorageUnavailableError' });
        for (const secret of [settings.bucket, settings.endpoint ?? '', 'UNKNOWNKEY', 'support-chat/u']) {
          expect(String(error)).not.toContain(secret);
        }
      }
      await stranger.close();
    });
  });

  describe('the check at the start', () => {
    const check = async (change: Partial<S3StorageSettings>, timeoutMs?: number) => {
      const storage = new S3Storage({ ...(await gateway.createBucket()), ...change }, timeoutMs);
      const outcome = await storage.check().catch((error: unknown) => error);
      await storage.close();
      return outcome instanceof Error ? outcome.message : outcome;
    };

    it('accepts a private bucket, and leaves nothing in it', async () => {
      const storage = new S3Storage(await gateway.createBucket());
      await storage.check();
      await storage.check();
      expect(await storage.list({ prefix: '' })).toEqual({ objects: [] });
      await storage.close();
    });

    it.each([
      [
        { bucket: 'no-such-bucket-here' },
        /"no-such-bucket-here" does not exist: create it, or correct S3_PRIVATE_BUCKET/,
      ],
      [{ accessKeyId: 'UNKNOWNKEY0000000001' }, /correct S3_ACCESS_KEY_ID/],
      [{ secretAccessKey: 'wrong' }, /correct S3_SECRET_ACCESS_KEY/],
      [{ endpoint: 'http://127.0.0.1:9' }, /nothing answers at S3_ENDPOINT/],
      [{ endpoint: 'http://no-such-host.invalid' }, /host of S3_ENDPOINT is unknown/],
    ])('says what to fix with %j', async (change, advice) => {
      expect(await check(change)).toMatch(advice);
    });

    it('refuses a bucket that anybody can list', async () => {
      const settings = await gateway.createBucket();
      const admin = createAdminClient(settings);
      await admin.send(new PutBucketAclCommand({ Bucket: settings.bucket, ACL: 'public-read' }));
      admin.destroy();
      expect(await check(settings)).toMatch(/is public: anybody can read it/);
    });

    it('refuses a bucket whose objects anybody can read', async () => {
      const settings = await gateway.createBucket();
      const admin = createAdminClient(settings);
      const statement = {
        Effect: 'Allow',
        Principal: '*',
        Action: ['s3:GetObject'],
        Resource: `arn:aws:s3:::${settings.bucket}/*`,
      };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      await admin.send(new PutBucketPolicyCommand({ Bucket: settings.bucket, Policy }));
      admin.destroy();
      expect(await check(settings)).toMatch(/is public: anybody can read it/);
    });

    it.each([
      ['s3:ListBucket', 'arn:aws:s3:::BUCKET'],
      ['s3:PutObject', 'arn:aws:s3:::BUCKET/*'],
      ['s3:GetObject', 'arn:aws:s3:::BUCKET/*'],
      ['s3:DeleteObject', 'arn:aws:s3:::BUCKET/*'],
    ])('names the permission %s when it is the one that lacks', async (action, resource) => {
      const settings = await gateway.createBucket();
      const admin = createAdminClient(settings);
      const statement = {
        Effect: 'Deny',
        Principal: '*',
        Action: [action],
        Resource: resource.replace('BUCKET', settings.bucket),
      };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      await admin.send(new PutBucketPolicyCommand({ Bucket: settings.bucket, Policy }));
      admin.destroy();
      expect(await check(settings)).toContain(`grant it ${action}`);
    });
  });
});
