import { ArrowDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { CountBadge } from '#shared/ui/badge.tsx';

export interface JumpToLatestProps {
  unreadCount: number;
  onJump: () => void;
}

export function JumpToLatest({ unreadCount, onJump }: JumpToLatestProps) {
  const t = useTranslations('conversation');
  return (
    <button
      type="button"
      onClick={onJump}
      aria-label={unreadCount > 0 ? t('jumpWithCount', { count: unreadCount }) : t('jump')}
      className="absolute right-4 bottom-3 z-10 flex size-11 items-center justify-center rounded-full bg-raised text-muted shadow-pop transition-colors animate-pop-in hover:text-ink"
    >
      <ArrowDown aria-hidden="true" className="size-5" />
      <span className="absolute -top-2" aria-hidden="true">
        <CountBadge count={unreadCount} label="" />
      </span>
    </button>
  );
}
