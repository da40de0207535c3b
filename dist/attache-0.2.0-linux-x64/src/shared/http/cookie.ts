/**
 * The value of the first cookie of that name, percent-decoded, or null. One pass without a pattern: the field is the
 * client's, and as long as the listener lets a field be. RFC 6265, 4.2.1 and 5.4: the most specific cookie stands first.
 */
export function readCookie(header: string | undefined, name: string): string | null {
  if (header === undefined) return null;
  let start = 0;
  while (start < header.length) {
    let end = header.indexOf(';', start);
    if (end < 0) end = header.length;
    while (start < end && isWhiteSpace(header.charCodeAt(start))) start += 1;
    const valueStart = start + name.length + 1;
    if (valueStart <= end && header.startsWith(name, start) && header[valueStart - 1] === '=') {
      return decode(header.slice(valueStart, end));
    }
    start = end + 1;
  }
  return null;
}

function decode(raw: string): string {
  const trimmed = raw.trim();
  const quoted = trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"');
  const value = quoted ? trimmed.slice(1, -1) : trimmed;
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
