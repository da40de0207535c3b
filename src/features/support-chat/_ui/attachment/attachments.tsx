import { memo } from 'react';
import type { AttachmentDto } from '../../_api/types.ts';
import { Album } from './album.tsx';
import { AudioPlayer } from './audio-player.tsx';
import { groupAttachments } from './describe-attachment.ts';
import { FileCard } from './file-card.tsx';
import { useOpenLightbox } from './lightbox-context.ts';
import { PdfCard } from './pdf-card.tsx';
import { PictureTile } from './picture-tile.tsx';
import { useAttachmentLabel } from './use-attachment-label.ts';
import { useLocalPictures } from './use-local-picture.ts';
import { VideoTile } from './video-tile.tsx';

export interface AttachmentsProps {
  attachments: readonly AttachmentDto[];
  /** null: the reader's own. */
  senderName: string | null;
}

/** The pictures and videos of a message, edge to edge. */
export const AttachmentAlbum = memo(function AttachmentAlbum(props: AttachmentsProps & { hasText: boolean }) {
  const { attachments, senderName, hasText } = props;
  const openLightbox = useOpenLightbox();
  const labelOf = useAttachmentLabel();
  const local = useLocalPictures();
  // The server measures a file some time after it came; this tab may have measured it before sending.
  const items = groupAttachments(attachments).tiles.map((attachment) => {
    const known = local[attachment.id];
    return attachment.width === null && known
      ? { ...attachment, width: known.width, height: known.height }
      : attachment;
  });
  return (
    <Album
      items={items}
      hasText={hasText}
      keyOf={(attachment) => attachment.id}
      renderTile={(attachment, isSingle) => {
        const common = {
          attachment,
          label: labelOf(attachment, senderName),
          onOpen: () => openLightbox(attachment.id),
        };
        return attachment.kind === 'video' ? <VideoTile {...common} plays={isSingle} /> : <PictureTile {...common} />;
      }}
    />
  );
});

/** Recordings, documents and the rest, one under the other. */
export const AttachmentCards = memo(function AttachmentCards({ attachments, senderName }: AttachmentsProps) {
  const openLightbox = useOpenLightbox();
  const labelOf = useAttachmentLabel();
  const { audio, cards } = groupAttachments(attachments);
  return (
    <>
      {audio.map((attachment) => (
        <AudioPlayer key={attachment.id} attachment={attachment} label={labelOf(attachment, senderName)} />
      ))}
      {cards.map((attachment) => {
        const common = { attachment, label: labelOf(attachment, senderName) };
        const isPdf = attachment.kind === 'pdf' && !attachment.lost;
        return isPdf ? (
          <PdfCard {...common} key={attachment.id} onOpen={() => openLightbox(attachment.id)} />
        ) : (
          <FileCard {...common} key={attachment.id} />
        );
      })}
    </>
  );
});
