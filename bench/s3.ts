import { gatewayAbsence, openGateway } from '../tests/storage/ceph-gateway.ts';
import { s3Env } from '../tests/storage/driver-servers.ts';
import { freePort } from '../tests/support/free-port.ts';
import { startProgram } from './child-process.ts';
import { type Comparison, compare, type Target } from './load.ts';
import { slowReaders } from './pressure.ts';
import { openWorld } from './world.ts';

export interface S3Figures {
  medium: Comparison;
  large: Comparison;
  /** Bytes, with 64 slow readers of 50 MB. */
  growth: number;
}

const MB = 1_000_000;

/**
 * Delivery over a real S3 server beside a bare SDK pipe. The cache of small objects is off for the rates, since it would
 * answer without the storage. Null where Ceph's gateway is not installed.
 */
export async function measureS3(seconds: number, rounds: number): Promise<S3Figures | null> {
  if (gatewayAbsence !== null) return null;
  const gateway = await openGateway();
  try {
    const settings = await gateway.createBucket();
    const world = await openWorld({ ...s3Env(settings), STORAGE_CACHE_BYTES: '0' });
    try {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const floor = await startProgram(
        ['bench/sdk-floor-server.ts', String(port), world.databaseUrl, JSON.stringify(settings)],
        {},
        `${url}/none`,
      );
      const targets = async (sizeBytes: number): Promise<Target[]> => {
        const path = await world.addFile(sizeBytes);
        const headers = { cookie: world.cookie };
        return [
          { name: 'floor', url: url + path, headers },
          { name: 'ours', url: world.ours.url + path, headers },
        ];
      };
      const medium = await compare(await targets(100_000), { connections: 16, seconds, rounds, status: 200 });
      const large = await compare(await targets(50 * MB), { connections: 4, seconds, rounds, status: 200 });
      const growth = await slowReaders(world, 64, 50 * MB, seconds * 3);
      await floor.stop();
      return { medium, large, growth };
    } finally {
      await world.close();
    }
  } finally {
    await gateway.release();
  }
}
