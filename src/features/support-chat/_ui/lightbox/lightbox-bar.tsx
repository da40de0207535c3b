import { Download, ExternalLink, X } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { AttachmentDto } from '../../_api/types.ts';
import { downloadUrl } from '../attachment/describe-attachment.ts';
import { FileName } from '../attachment/file-name.tsx';
import { formatBytes } from '../attachment/format.ts';
import { LightboxButton } from './lightbox-controls.tsx';

export interface LightboxBarProps {
  attachment: AttachmentDto;
  /** Among the files of the conversation. */
  index: number;
  total: number;
  onClose: () => void;
  /** What only this kind of file can do. */
  children: ReactNode;
}

/** Name, place in the conversation and actions, over the file. */
export function LightboxBar({ attachment, index, total, onClose, children }: LightboxBarProps) {
  const t = useTranslations('lightbox');
  const locale = useLocale();
  const { name, url, sizeBytes } = attachment;
  const size = formatBytes(sizeBytes, locale);
  return (
    <div className="absolute inset-x-0 top-0 z-10 flex h-(--lightbox-bar) items-center gap-x-1 bg-black/75 px-2 backdrop-blur-md sm:px-4">
      <div className="min-w-0 flex-1 px-1">
        <FileName name={name} />
        <p className="text-xs text-white/80 tabular">
          {total > 1 ? `${t('position', { index: index + 1, total })} · ${size}` : size}
        </p>
      </div>
      {children}
      <LightboxButton
        icon={ExternalLink}
        label={t('openOriginal')}
        onClick={() => window.open(url, '_blank', 'noopener')}
        className="max-sm:hidden"
      />
      <LightboxButton
        icon={Download}
        label={t('download')}
        shortcut="D"
        onClick={() => window.location.assign(downloadUrl(url))}
      />
      <LightboxButton icon={X} label={t('close')} shortcut="Esc" onClick={onClose} />
    </div>
  );
}
