import { readFile } from 'node:fs/promises';
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '#shared/config/private.ts';
import { createFileStorage } from '#shared/lib/file-storage/_model/create-storage.ts';
import type { FileStorage } from '#shared/lib/file-storage/types.ts';
import { createAdminClient, type Gateway, gatewayAbsence, openGateway } from './ceph-gateway.ts';
import { openSupabaseServer } from './supabase-server.ts';
import { MIB, readAll, sha256, someBytes, streamOf } from './test-bytes.ts';

const page = await readFile(new URL('../../docs/storage.md', import.meta.url), 'utf8');

/** The settings of the example under a heading of the page. */
function exampleOf(heading: string): Record<string, string> {
  const block = new RegExp(`## ${heading}\\n[\\s\\S]*?\`\`\`env\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
  const lines = block.trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** The JSON under a heading of the page. */
function jsonOf(heading: string): string {
  return new RegExp(`## ${heading}[\\s\\S]*?\`\`\`json\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
}

function open(settings: Record<string, string>): Promise<FileStorage> {
  return createFileStorage(loadConfig(settings).storage);
}

/** Everything the product does with a storage. */
async function useWholly(storage: FileStorage): Promise<void> {
  await storage.check();
  const large = someBytes(11 * MIB);
  await storage.put('support-chat/u/large', streamOf(large));
  await storage.put('support-chat/u/small', streamOf(Buffer.from('small')), { contentType: 'text/plain' });
  expect(sha256(await readAll(await storage.open('support-chat/u/large')))).toBe(sha256(large));
  await storage.copy('support-chat/u/small', 'support-chat/u/copy');
  expect(await storage.stat('support-chat/u/none')).toBeNull();
  expect((await storage.list({ prefix: 'support-chat/' })).objects).toHaveLength(3);
  expect(await storage.removeUnfinished(new Date())).toEqual({ removed: 0, bytesFreed: 0 });
  const failing = storage.put('support-chat/u/failed', brokenBody());
  await expect(failing).rejects.toThrow('the client went away');
  await storage.delete('support-chat/u/copy');
  expect((await storage.deleteMany(['support-chat/u/large', 'support-chat/u/small'])).failed).toEqual([]);
  expect((await storage.list({ prefix: '' })).objects).toEqual([]);
}

async function* brokenBody(): AsyncGenerator<Buffer> {
  for (let piece = 0; piece < 11; piece++) yield someBytes(MIB);
  throw new Error('the client went away');
}

describe('docs/storage.md', () => {
  it('has an example for each driver that the settings accept', () => {
    expect(loadConfig(exampleOf('Local folder')).storage.local.dir).toBe('/var/lib/attache/files');
    expect(loadConfig(exampleOf('MinIO, Ceph, Garage and others')).storage.s3?.forcePathStyle).toBe(true);
    expect(loadConfig(exampleOf('AWS')).storage.s3?.forcePathStyle).toBe(false);
    expect(loadConfig(exampleOf('Supabase')).storage.supabase?.bucket).toBe('attache-files');
  });

  it("AWS's example speaks to the bucket's own host", async () => {
    const storage = await open(exampleOf('AWS'));
    const options = { expiresInSeconds: 60, contentType: 'image/png', contentDisposition: 'inline' };
    const url = new URL((await storage.offload.signedUrl?.('support-chat/u/1', options)) ?? '');
    expect(url.origin).toBe('https://attache-files.s3.eu-central-1.amazonaws.com');
    expect(url.pathname).toBe('/support-chat/u/1');
    await storage.close();
  });

  it("Supabase's example works, at the address and with the key of a server", async () => {
    const server = await openSupabaseServer();
    const { url, serviceRoleKey, bucket } = server.settings;
    const storage = await open({
      ...exampleOf('Supabase'),
      SUPABASE_URL: url,
      SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey,
      SUPABASE_PRIVATE_BUCKET: bucket,
    });
    await useWholly(storage);
    await storage.close();
    await server.release();
  });

  const absence = gatewayAbsence ? ` (left out: ${gatewayAbsence})` : '';
  describe.runIf(gatewayAbsence === null)(`on Ceph's gateway${absence}`, () => {
    let gateway: Gateway;
    beforeAll(async () => {
      gateway = await openGateway({ secondsPerDay: 2 });
    });
    afterAll(() => gateway?.release());

    it("MinIO's example works with a key that may do only what the policy says", async () => {
      const settings = await gateway.createBucket();
      const key = await gateway.createUser('attache');
      const policy = z
        .object({ Version: z.string(), Statement: z.array(z.record(z.string(), z.unknown())) })
        .parse(JSON.parse(jsonOf('Minimal S3 policy').replaceAll('attache-files', settings.bucket)));
      const Principal = { AWS: ['arn:aws:iam:::user/attache'] };
      const Policy = JSON.stringify({ ...policy, Statement: policy.Statement.map((part) => ({ ...part, Principal })) });
      const example = {
        ...exampleOf('MinIO, Ceph, Garage and others'),
        S3_ENDPOINT: settings.endpoint ?? '',
        S3_ACCESS_KEY_ID: key.accessKeyId,
        S3_SECRET_ACCESS_KEY: key.secretAccessKey,
        S3_PRIVATE_BUCKET: settings.bucket,
      };
      const refused = await open(example);
      await expect(refused.check()).rejects.toThrow('grant it s3:ListBucket');
      await refused.close();

      const admin = createAdminClient(settings);
      await admin.send(new PutBucketPolicyCommand({ Bucket: settings.bucket, Policy }));
      admin.destroy();
      const storage = await open(example);
      await useWholly(storage);
      await storage.close();
    });

    it('the lifecycle rule removes unfinished uploads', async () => {
      const { bucket: Bucket } = await gateway.createBucket();
      const admin = createAdminClient(gateway.settings);
      const target = { Bucket, Key: 'support-chat/u/unfinished' };
      const { UploadId } = await admin.send(new CreateMultipartUploadCommand(target));
      await admin.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: someBytes(5 * MIB) }));
      const LifecycleConfiguration = JSON.parse(jsonOf('Unfinished uploads'));
      await admin.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
      const unfinished = async () => (await admin.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [];
      expect(await unfinished()).toHaveLength(1);
      await expect.poll(unfinished, { timeout: 40_000, interval: 500 }).toEqual([]);
      admin.destroy();
    });
  });
});
