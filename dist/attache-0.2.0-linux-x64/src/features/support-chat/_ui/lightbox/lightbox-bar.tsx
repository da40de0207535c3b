import { Download, ExternalLink, X } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import type { AttachmentDto } from '../../_api/dto/chat-dto.ts';
import { downloadUrl } from '../attachment/describe-attachment.ts';
import { FileName } from '../attachment/file-name.tsx';
import { formatBytes } from '../attachment/format.ts';

export interface LightboxBarProps {
  attachment: AttachmentDto;
  index: number;
  total: number;
  onClose: () => void;
  /** What only this kind of file can do. */
  children?: ReactNode;
}

/** Name and actions over the file. */
export function LightboxBar({ attachment, index, total, onClose, children }: LightboxBarProps) {
  const t = useTranslations('viewer');
  const locale = useLocale();
  const position = total > 1 ? `${t('position', { index: index + 1, total })} · ` : '';
  return (
    <div className="flex min-h-14 shrink-0 flex-wrap items-center gap-x-1 px-2 py-1.5 text-white sm:px-4">
      <div className="min-w-24 flex-1 px-1">
        <FileName name={attachment.name} />
        <p className="text-xs text-white/65 tabular">
          {position}
          {formatBytes(attachment.sizeBytes, locale)}
        </p>
      </div>
      {children}
      <IconButton
        variant="overlay"
        label={t('openOriginal')}
        onClick={() => window.open(attachment.url, '_blank', 'noopener')}
        className="max-sm:hidden"
      >
        <ExternalLink aria-hidden="true" />
      </IconButton>
      <IconButton
        variant="overlay"
        label={t('download')}
        shortcut="D"
        onClick={() => window.location.assign(downloadUrl(attachment.url))}
      >
        <Download aria-hidden="true" />
      </IconButton>
      <IconButton variant="overlay" label={t('close')} shortcut="Esc" onClick={onClose}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}
