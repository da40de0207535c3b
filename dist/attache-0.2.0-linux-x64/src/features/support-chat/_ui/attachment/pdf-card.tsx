import { Download, FileText } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import type { AttachmentDto } from '../../_api/dto/chat-dto.ts';
import { downloadUrl } from './describe-attachment.ts';
import { CardFrame, CardIcon } from './file-card.tsx';
import { formatBytes } from './format.ts';
import { thumbhashUrl } from './thumbhash-url.ts';

export interface PdfCardProps {
  attachment: AttachmentDto;
  label: string;
  onOpen: () => void;
}

/** A PDF: its first page small, pages and size; a press opens it in the viewer. */
export function PdfCard({ attachment, label, onOpen }: PdfCardProps) {
  const t = useTranslations('conversation');
  const locale = useLocale();
  const pages = attachment.pageCount === null ? 'PDF' : t('pages', { count: attachment.pageCount });
  return (
    <div className="flex max-w-full items-center gap-1">
      <button
        type="button"
        onClick={onOpen}
        className="min-w-0 rounded-md text-left transition-opacity hover:opacity-85"
      >
        <span className="sr-only">{t('openFileLabel', { what: label, file: attachment.name })}</span>
        <CardFrame
          icon={<FirstPage attachment={attachment} />}
          name={attachment.name}
          isSaidElsewhere
          note={`${pages} · ${formatBytes(attachment.sizeBytes, locale)}`}
        />
      </button>
      <IconButton
        label={t('download')}
        onClick={() => window.location.assign(downloadUrl(attachment.url))}
        className="text-current opacity-70"
      >
        <Download aria-hidden="true" />
      </IconButton>
    </div>
  );
}

function FirstPage({ attachment }: { attachment: AttachmentDto }) {
  const [isBroken, setBroken] = useState(false);
  if (!attachment.thumbnailUrl || isBroken) {
    return (
      <CardIcon>
        <FileText />
      </CardIcon>
    );
  }
  const placeholder = thumbhashUrl(attachment.thumbhash);
  return (
    <span
      className="h-16 w-12 shrink-0 overflow-hidden rounded-xs bg-white bg-cover shadow-bubble"
      style={placeholder ? { backgroundImage: `url(${placeholder})` } : undefined}
    >
      {/* biome-ignore lint/performance/noImgElement: private files must not pass Next's image optimizer (THREATS.md 8) */}
      <img
        src={attachment.thumbnailUrl}
        alt=""
        decoding="async"
        onError={() => setBroken(true)}
        className="size-full object-cover object-top"
      />
    </span>
  );
}
