import type { ReactNode } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { MessageMeta, type MessageMetaProps } from './message-meta.tsx';
import { MessageText } from './message-text.tsx';

export interface BubbleProps {
  isOwn: boolean;
  isFirst: boolean;
  isLast: boolean;
  /** Above everything: who speaks. */
  header?: ReactNode;
  /** Pictures run to the edge; only text and cards get the inner margin. */
  media?: ReactNode;
  /** Lies over the picture: the time, where there is no text to hold it. */
  overlay?: ReactNode;
  children?: ReactNode;
  className?: string;
}

/** The body of a message. Corners towards the own edge are tight inside a group, so a run of bubbles reads as one. */
export function Bubble({ isOwn, isFirst, isLast, header, media, overlay, children, className }: BubbleProps) {
  return (
    <div
      className={cn(
        'relative max-w-full min-w-0 overflow-hidden shadow-bubble',
        isOwn ? 'bg-bubble-own text-bubble-own-ink' : 'bg-bubble-other text-ink',
        isOwn
          ? cn('rounded-l-xl', isFirst ? 'rounded-tr-xl' : 'rounded-tr-sm', isLast ? 'rounded-br-xs' : 'rounded-br-sm')
          : cn('rounded-r-xl', isFirst ? 'rounded-tl-xl' : 'rounded-tl-sm', isLast ? 'rounded-bl-xs' : 'rounded-bl-sm'),
        className,
      )}
    >
      {header ? <div className={cn('px-3 pt-1.5', media ? 'pb-1.5' : '-mb-1.5')}>{header}</div> : null}
      {media}
      {overlay}
      {children ? (
        // Under pictures the text takes their width and adds none: no strip of colour beside a picture.
        <div className={cn('flow-root px-3 py-1.5', media ? 'w-0 min-w-full' : null)}>{children}</div>
      ) : null}
    </div>
  );
}

export interface MessageBubbleProps extends Pick<BubbleProps, 'isOwn' | 'isFirst' | 'isLast'> {
  /** Who speaks, where it must be said. */
  name?: string | null;
  album: ReactNode;
  cards: ReactNode;
  text: string | null;
  meta: MessageMetaProps;
}

/** A message, sent or on its way: pictures, files, text, and the small print, which lies over pictures that stand alone. */
export function MessageBubble({ name = null, album, cards, text, meta, ...edges }: MessageBubbleProps) {
  if (album && !cards && !text && !name) {
    const overlay = <MessageMeta {...meta} isOverlay className="pointer-events-none absolute right-1.5 bottom-1.5" />;
    return <Bubble {...edges} media={album} overlay={overlay} />;
  }
  return (
    <Bubble
      {...edges}
      header={name ? <p className="truncate text-sm font-semibold text-accent-text">{name}</p> : null}
      media={album}
    >
      {cards ? <div className="flex flex-col gap-2 py-1">{cards}</div> : null}
      {text ? <MessageText text={text} /> : null}
      <MessageMeta
        {...meta}
        className={cn(
          'float-right mt-0.5 ml-3',
          text && 'relative top-1',
          edges.isOwn ? 'text-bubble-own-muted' : 'text-muted',
        )}
      />
    </Bubble>
  );
}

export interface RowFrameProps {
  isOwn: boolean;
  isFirst: boolean;
  /** Stands in the gutter at the foot of a group of the other side. */
  avatar?: ReactNode;
  /** Beside the bubble: the menu. */
  aside?: ReactNode;
  children: ReactNode;
}

export function RowFrame({ isOwn, isFirst, avatar, aside, children }: RowFrameProps) {
  return (
    <div
      className={cn(
        'group/row flex w-full items-end gap-2 px-3 sm:px-5',
        isFirst ? 'pt-2.5' : 'pt-0.5',
        isOwn && 'flex-row-reverse',
      )}
    >
      {avatar}
      <div className={cn('flex min-w-0 max-w-[min(85%,34rem)] flex-col', isOwn ? 'items-end' : 'items-start')}>
        {children}
      </div>
      {aside}
    </div>
  );
}
