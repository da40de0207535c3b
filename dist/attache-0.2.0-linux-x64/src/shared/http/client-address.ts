import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net';

/** The proxies whose X-Forwarded-For is believed. */
export interface TrustedProxies {
  readonly isEmpty: boolean;
  /** `address` as `normaliseAddress` gives it. */
  has(address: string): boolean;
}

/** Throws a `RangeError` that names the first entry which is neither an address nor a CIDR. */
export function parseTrustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix, ...rest] = entry.trim().split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    const maxBits = family === 'ipv4' ? 32 : 128;
    const bits = prefix === undefined ? maxBits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    if (isIP(address) === 0 || rest.length > 0 || !(bits <= maxBits)) {
      throw new RangeError(`Not an IP address or CIDR: ${JSON.stringify(entry)}`);
    }
    list.addSubnet(address, bits, family);
  }
  return {
    isEmpty: entries.length === 0,
    has: (address) => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'),
  };
}

/**
 * The address a request is counted under. X-Forwarded-For is read from its right end, and only as far as trusted
 * proxies vouch for it: what stands further left is the client's own invention. An entry that is no address ends the
 * walk at the proxy that passed it on.
 */
export function clientAddress(
  remoteAddress: string | undefined,
  xForwardedFor: string | undefined,
  trusted: TrustedProxies,
): string {
  let current = normaliseAddress(remoteAddress ?? '') ?? 'unknown';
  if (xForwardedFor === undefined || trusted.isEmpty) return current;
  let end = xForwardedFor.length;
  while (end >= 0 && current !== 'unknown' && trusted.has(current)) {
    const comma = end === 0 ? -1 : xForwardedFor.lastIndexOf(',', end - 1);
    const entry = xForwardedFor.slice(comma + 1, end).trim();
    end = comma < 0 ? -1 : comma;
    if (entry === '') continue;
    const next = normaliseAddress(withoutPort(entry));
    if (next === null) break;
    current = next;
  }
  return current;
}

/** What a limit per address counts by: IPv6 by its first 64 bits, since one customer holds all addresses behind them. */
export function addressBucket(address: string): string {
  if (!address.includes(':') || isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** IPv4-mapped IPv6 as IPv4, IPv6 in its one canonical spelling without a zone; null when it is no address. */
export function normaliseAddress(address: string): string | null {
  if (isIPv4(address)) return address;
  const zone = address.indexOf('%');
  const bare = zone < 0 ? address : address.slice(0, zone);
  if (isIP(bare) !== 6) return null;
  const canonical = new SocketAddress({ address: bare, family: 'ipv6' }).address.toLowerCase();
  return canonical.startsWith('::ffff:') ? (mappedIPv4(canonical.slice('::ffff:'.length)) ?? canonical) : canonical;
}

function mappedIPv4(tail: string): string | null {
  if (isIPv4(tail)) return tail;
  const match = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(tail);
  if (match === null) return null;
  const [high, low] = [Number.parseInt(match[1] ?? '', 16), Number.parseInt(match[2] ?? '', 16)];
  return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
}

/** Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  if (entry.startsWith('[')) {
    const bracket = entry.indexOf(']');
    return bracket < 0 ? entry : entry.slice(1, bracket);
  }
  const colon = entry.indexOf(':');
  return colon >= 0 && colon === entry.lastIndexOf(':') ? entry.slice(0, colon) : entry;
}
