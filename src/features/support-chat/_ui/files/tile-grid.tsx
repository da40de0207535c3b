import { cn } from '#shared/ui/cn.ts';
import type { SentAttachmentDto } from '../../_api/types.ts';
import { canView } from '../attachment/describe-attachment.ts';
import { FileCard } from '../attachment/file-card.tsx';
import { useOpenLightbox } from '../attachment/lightbox-context.ts';
import { PictureTile } from '../attachment/picture-tile.tsx';
import { VideoTile } from '../attachment/video-tile.tsx';
import { useSenderLabel } from './use-sender-label.ts';

/** Pictures and videos as tiles of one size. What cannot be shown (lost, or of a kind no browser draws) is a card. */
export function TileGrid({ files, isWide }: { files: readonly SentAttachmentDto[]; isWide: boolean }) {
  const openLightbox = useOpenLightbox();
  const labelOf = useSenderLabel();
  const tiles = files.filter(canView);
  const cards = files.filter((file) => !canView(file));
  return (
    <>
      <ul className={cn('grid gap-1.5', isWide ? 'grid-cols-2 sm:grid-cols-3' : 'grid-cols-3 sm:grid-cols-4')}>
        {tiles.map((file) => {
          const common = { attachment: file, label: labelOf(file), onOpen: () => openLightbox(file.id) };
          return (
            <li key={file.id} className={cn('overflow-hidden rounded-md', isWide ? 'aspect-video' : 'aspect-square')}>
              {file.kind === 'video' ? <VideoTile {...common} plays={false} /> : <PictureTile {...common} />}
            </li>
          );
        })}
      </ul>
      {cards.length > 0 ? (
        <ul className="mt-4 flex flex-col gap-3">
          {cards.map((file) => (
            <li key={file.id}>
              <FileCard attachment={file} label={labelOf(file)} />
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
