import { useTranslations } from 'next-intl';
import { memo } from 'react';
import { Avatar } from '#shared/ui/avatar.tsx';
import type { MessageDto } from '../../_api/types.ts';
import { AttachmentAlbum, AttachmentCards } from '../attachment/attachments.tsx';
import { groupAttachments } from '../attachment/describe-attachment.ts';
import { Bubble, MessageBubble, RowFrame } from './bubble.tsx';
import { MessageMenu } from './message-menu.tsx';
import { MessageMeta } from './message-meta.tsx';
import type { Place } from './rows.ts';

export interface MessageRowProps {
  message: MessageDto;
  place: Place;
  senderName: string | null;
  isFirst: boolean;
  isLast: boolean;
  /** The customer sees the faces of support. */
  hasAvatars: boolean;
  canChange: boolean;
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, place, isFirst, isLast, hasAvatars, canChange } = props;
  const isOwn = place === 'own';
  if (place === 'system') return <SystemRow text={message.text ?? ''} />;
  const isDeleted = message.deletedAt !== null;
  return (
    <RowFrame
      isOwn={isOwn}
      isFirst={isFirst}
      avatar={hasAvatars && !isOwn ? <Face message={message} isShown={isLast} /> : null}
      aside={isDeleted ? null : <MessageMenu message={message} canChange={canChange} isOwn={isOwn} />}
    >
      {isDeleted ? <DeletedBubble {...props} /> : <SentBubble {...props} />}
    </RowFrame>
  );
});

function SentBubble({ message, place, senderName, isFirst, isLast }: MessageRowProps) {
  const isOwn = place === 'own';
  const { attachments, text } = message;
  const { tiles, audio, cards } = groupAttachments(attachments);
  const hasCards = audio.length + cards.length > 0;
  const name = isFirst ? senderName : null;
  const author = isOwn ? null : (message.sender?.name ?? null);
  const delivery = isOwn ? (message.readAt === null ? 'sent' : 'read') : null;
  const files = { attachments, senderName: author };
  return (
    <MessageBubble
      {...{ isOwn, isFirst, isLast, name, text }}
      album={tiles.length > 0 ? <AttachmentAlbum {...files} hasText={hasCards || !!text || !!name} /> : null}
      cards={hasCards ? <AttachmentCards {...files} /> : null}
      meta={{ at: message.createdAt, isEdited: message.editedAt !== null, delivery }}
    />
  );
}

function DeletedBubble({ message, place, isFirst, isLast }: MessageRowProps) {
  const t = useTranslations('conversation');
  const isOwn = place === 'own';
  return (
    <Bubble isOwn={isOwn} isFirst={isFirst} isLast={isLast} className="opacity-75">
      <span className="italic">{t('deleted')}</span>
      <MessageMeta at={message.createdAt} className="relative top-1 float-right mt-0.5 ml-3" />
    </Bubble>
  );
}

function Face({ message, isShown }: { message: MessageDto; isShown: boolean }) {
  return (
    <span className="w-8 shrink-0">
      {isShown ? <Avatar name={message.sender?.name ?? '?'} seed={message.sender?.id} size="sm" /> : null}
    </span>
  );
}

function SystemRow({ text }: { text: string }) {
  return (
    <div className="flex justify-center px-6 py-2">
      <p className="max-w-120 rounded-full bg-sunken px-3 py-1 text-center text-xs text-muted">{text}</p>
    </div>
  );
}
