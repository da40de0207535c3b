import { cn } from './cn.ts';

const tints = 6;

/** The same person has the same tint everywhere: FNV-1a over the id, then mixed, as its low bits alone repeat too much. */
export function avatarTint(seed: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < seed.length; i += 1) {
    hash ^= seed.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash ^= hash >>> 13;
  return ((hash >>> 0) % tints) + 1;
}

/** First letters of the first and the last word, by code point, so an emoji or a surrogate pair stays whole. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0];
  if (!first) return '?';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return [first, last]
    .map((word) => (word ? (Array.from(word)[0] ?? '') : ''))
    .join('')
    .toLocaleUpperCase();
}

const sizes = { xs: 'size-6 text-2xs', sm: 'size-8 text-xs', md: 'size-10 text-sm', lg: 'size-14 text-lg' };

export interface AvatarProps {
  name: string;
  /** Steady over renames: the user's id. */
  seed?: string;
  size?: keyof typeof sizes;
  className?: string;
}

/** Decorative: the name stands beside it. */
export function Avatar({ name, seed, size = 'md', className }: AvatarProps) {
  return (
    <span
      aria-hidden="true"
      style={{ background: `var(--avatar-${avatarTint(seed ?? name)})`, color: 'var(--avatar-ink)' }}
      className={cn(
        'inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none',
        sizes[size],
        className,
      )}
    >
      {initials(name)}
    </span>
  );
}
