import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { cn } from '#shared/ui/cn.ts';
import { formatClock, formatMoment } from '../attachment/format.ts';

export type Delivery = 'sending' | 'sent' | 'read' | 'failed';

export interface MessageMetaProps {
  at: string;
  isEdited?: boolean;
  /** Only for one's own side. */
  delivery?: Delivery | null;
  /** Over a picture: light on a dark pill. */
  isOverlay?: boolean;
  className?: string;
}

const icons = { sending: Clock, sent: Check, read: CheckCheck, failed: CircleAlert };

/** The small print of a bubble: edited, time, and how far the message came. */
export function MessageMeta({ at, isEdited = false, delivery = null, isOverlay = false, className }: MessageMetaProps) {
  const t = useTranslations('conversation');
  const locale = useLocale();
  const Icon = delivery ? icons[delivery] : null;
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1 text-2xs whitespace-nowrap select-none tabular',
        isOverlay && 'rounded-full bg-black/60 px-2 py-0.5 text-white',
        className,
      )}
    >
      {isEdited ? <span>{t('edited')}</span> : null}
      <time dateTime={at} title={formatMoment(at, locale)}>
        {formatClock(at, locale)}
      </time>
      {Icon && delivery ? (
        <>
          <Icon
            aria-hidden="true"
            strokeWidth={2.25}
            className={cn(
              'size-3.5',
              delivery === 'read' && !isOverlay && 'text-accent-text',
              delivery === 'failed' && 'text-danger-text',
            )}
          />
          <span className="sr-only">{t('delivery', { state: delivery })}</span>
        </>
      ) : null}
    </span>
  );
}
