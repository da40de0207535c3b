import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { AttachmentDto, MessageDto } from '../../_api/dto/chat-dto.ts';
import { findPicture } from '../attachment/describe-attachment.ts';
import { iconOfFile } from '../attachment/file-card.tsx';
import { thumbhashUrl } from '../attachment/thumbhash-url.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import { cutSnippet } from './snippet.ts';

/** The place of a text where the words stand, marked. */
export function MarkedText({ text, query }: { text: string; query: string }) {
  const { before, match, after } = cutSnippet(text, query);
  return (
    <>
      {before}
      {match ? <mark className="rounded-xs bg-waiting-soft text-waiting-text">{match}</mark> : null}
      {after}
    </>
  );
}

/** Who wrote it, as the reader would say. */
export function useAuthorName(): (message: MessageDto) => string | null {
  const t = useTranslations('search');
  const { currentUser } = useChat();
  return ({ sender }) => (sender?.id === currentUser.id ? t('you') : (sender?.name ?? null));
}

/** The files of a message whose names hold the words; a picture is shown as one. */
export function HitFiles({ attachments, query }: { attachments: readonly AttachmentDto[]; query: string }) {
  const matching = attachments.filter(({ name }) => name.toLowerCase().includes(query.toLowerCase()));
  return matching.map((attachment) => (
    <span key={attachment.id} className="mt-1 flex items-center gap-2 text-sm text-ink">
      <HitPicture attachment={attachment} />
      <span className="truncate">
        <MarkedText text={attachment.name} query={query} />
      </span>
    </span>
  ));
}

function HitPicture({ attachment }: { attachment: AttachmentDto }) {
  const [isBroken, setBroken] = useState(false);
  const Icon = iconOfFile(attachment.name);
  const url = attachment.kind === 'image' ? findPicture(attachment).url : attachment.thumbnailUrl;
  const placeholder = thumbhashUrl(attachment.thumbhash);
  return (
    <span
      className="flex size-9 shrink-0 items-center justify-center overflow-hidden rounded-sm bg-sunken bg-cover text-muted"
      style={placeholder ? { backgroundImage: `url(${placeholder})` } : undefined}
    >
      {url && !isBroken && !attachment.lost ? (
        // biome-ignore lint/performance/noImgElement: private files must not pass Next's image optimizer (THREATS.md 8)
        <img
          src={url}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setBroken(true)}
          className="size-full object-cover"
        />
      ) : (
        <Icon aria-hidden="true" className="size-4" />
      )}
    </span>
  );
}
