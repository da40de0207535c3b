import { useLocale, useTranslations } from 'next-intl';
import type { SentAttachmentDto } from '../../_api/types.ts';
import { AudioPlayer } from '../attachment/audio-player.tsx';
import { FileCard } from '../attachment/file-card.tsx';
import { formatDay } from '../attachment/format.ts';
import { useOpenLightbox } from '../attachment/lightbox-context.ts';
import { PdfCard } from '../attachment/pdf-card.tsx';
import { useSenderLabel } from './use-sender-label.ts';

/** Documents and recordings, one under the other, each with who sent it and when. */
export function DocumentList({ files }: { files: readonly SentAttachmentDto[] }) {
  const t = useTranslations('files');
  const locale = useLocale();
  const now = new Date();
  return (
    <ul className="divide-y divide-line">
      {files.map((file) => {
        const at = formatDay(file.sentAt, locale, now);
        return (
          <li key={file.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-3">
            <Document file={file} />
            <span className="text-sm text-muted tabular">
              {file.sender ? t('fromAt', { name: file.sender.name, at }) : at}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Document({ file }: { file: SentAttachmentDto }) {
  const openLightbox = useOpenLightbox();
  const label = useSenderLabel()(file);
  if (file.lost) return <FileCard attachment={file} label={label} />;
  if (file.kind === 'pdf') return <PdfCard attachment={file} label={label} onOpen={() => openLightbox(file.id)} />;
  if (file.kind === 'audio') return <AudioPlayer attachment={file} label={label} />;
  return <FileCard attachment={file} label={label} />;
}
