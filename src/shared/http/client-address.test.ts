import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressBucket, clientAddress, normaliseAddress, parseTrustedProxies } from './client-address.ts';

const nobody = parseTrustedProxies([]);
const proxies = parseTrustedProxies(['10.0.0.0/8', '2001:db8:1::/48', '192.0.2.7']);

describe('the address of a client', () => {
  test('is the peer when no proxy is trusted, whatever X-Forwarded-For claims', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (forwarded) => {
        expect(clientAddress('203.0.113.5', forwarded, nobody)).toBe('203.0.113.5');
      }),
    );
  });

  test('is the peer when the peer is not a trusted proxy', () => {
    expect(clientAddress('203.0.113.5', '198.51.100.1', proxies)).toBe('203.0.113.5');
  });

  test.each([
    ['198.51.100.1', '198.51.100.1'],
    ['6.6.6.6, 198.51.100.1', '198.51.100.1'],
    ['6.6.6.6, 198.51.100.1, 10.2.3.4', '198.51.100.1'],
    ['198.51.100.1,10.2.3.4 , 2001:db8:1::9', '198.51.100.1'],
    ['198.51.100.1:4711', '198.51.100.1'],
    ['[2001:db8:2::1]:4711', '2001:db8:2::1'],
    ['2001:0DB8:0002:0:0:0:0:1', '2001:db8:2::1'],
    ['::ffff:198.51.100.1', '198.51.100.1'],
    ['198.51.100.1,', '198.51.100.1'],
    ['10.9.9.9', '10.9.9.9'],
  ])('behind trusted proxies is the last one they confirm: %s', (forwarded, expected) => {
    expect(clientAddress('10.0.0.1', forwarded, proxies)).toBe(expected);
  });

  test.each(['unknown', '', ',', ' , ,', 'evil"', '999.1.1.1', '[::1', '010.1.1.1'])(
    'is the proxy itself when it passed on no address: %j',
    (forwarded) => {
      expect(clientAddress('10.0.0.1', forwarded, proxies)).toBe('10.0.0.1');
    },
  );

  test('does not move past an entry that is no address', () => {
    expect(clientAddress('10.0.0.1', '6.6.6.6, unknown, 10.0.0.2', proxies)).toBe('10.0.0.2');
  });

  test('of a dual-stack socket is matched and given as IPv4', () => {
    expect(clientAddress('::ffff:10.0.0.1', '198.51.100.1', proxies)).toBe('198.51.100.1');
    expect(clientAddress('::ffff:203.0.113.5', '198.51.100.1', proxies)).toBe('203.0.113.5');
    expect(normaliseAddress('::ffff:c000:0207')).toBe('192.0.2.7');
  });

  test('is not the rotating left end, so the limit still counts one client', () => {
    fc.assert(
      fc.property(fc.ipV4(), (invented) => {
        expect(clientAddress('10.0.0.1', `${invented}, 198.51.100.1`, proxies)).toBe('198.51.100.1');
      }),
    );
  });

  test('of a connection that is gone already is "unknown", and X-Forwarded-For does not replace it', () => {
    expect(clientAddress(undefined, '198.51.100.1', proxies)).toBe('unknown');
  });

  test('is found in a field of any length in one pass', () => {
    const startedAt = process.cpuUsage().user / 1000;
    expect(clientAddress('10.0.0.1', '10.0.0.2,'.repeat(20_000), proxies)).toBe('10.0.0.2');
    expect(clientAddress('10.0.0.1', ','.repeat(1_000_000), proxies)).toBe('10.0.0.1');
    expect(process.cpuUsage().user / 1000 - startedAt).toBeLessThan(10_000);
  });
});

describe('trusted proxies', () => {
  test('are addresses or CIDRs of both families', () => {
    const trusted = parseTrustedProxies(['127.0.0.1', '::1', ' 172.16.0.0/12 ', 'fd00::/8']);
    for (const address of ['127.0.0.1', '::1', '172.31.255.255', 'fd12::1']) expect(trusted.has(address)).toBe(true);
    for (const address of ['127.0.0.2', '::2', '172.32.0.0', 'fe80::1']) expect(trusted.has(address)).toBe(false);
  });

  test.each(['10.0.0.0/33', '::/129', 'proxy.example', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1', '10.0.0/8', ''])(
    'that are none are refused by name: %j',
    (entry) => {
      expect(() => parseTrustedProxies(['127.0.0.1', entry])).toThrow(RangeError);
    },
  );
});

describe('what a limit counts by', () => {
  test('is an IPv4 address, or the /64 of an IPv6 address', () => {
    expect(addressBucket('198.51.100.1')).toBe('198.51.100.1');
    expect(addressBucket('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(addressBucket('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64');
    expect(addressBucket('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(addressBucket('::1')).toBe('0:0:0:0::/64');
    expect(addressBucket('unknown')).toBe('unknown');
  });

  test('is one for all addresses that share their first 64 bits', () => {
    const group = fc.nat(0xffff).map((n) => n.toString(16));
    const half = fc.tuple(group, group, group, group).map((groups) => groups.join(':'));
    fc.assert(
      fc.property(half, half, half, (network, one, other) => {
        const bucket = (host: string) => addressBucket(normaliseAddress(`${network}:${host}`) ?? 'none');
        expect(bucket(one)).toBe(bucket(other));
        expect(bucket(one)).toBe(`${network}::/64`);
      }),
    );
  });
});
