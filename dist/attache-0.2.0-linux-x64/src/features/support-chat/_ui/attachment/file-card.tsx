import {
  Download,
  FileArchive,
  FileImage,
  FileQuestion,
  FileSpreadsheet,
  FileText,
  type LucideIcon,
} from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { extensionOfName } from '#shared/file-type/allowed-types.ts';
import { cn } from '#shared/ui/cn.ts';
import type { AttachmentDto } from '../../_api/dto/chat-dto.ts';
import { downloadUrl } from './describe-attachment.ts';
import { FileName } from './file-name.tsx';
import { formatBytes } from './format.ts';

const iconsByExtension: Record<string, LucideIcon> = {
  zip: FileArchive,
  csv: FileSpreadsheet,
  xls: FileSpreadsheet,
  xlsx: FileSpreadsheet,
  ods: FileSpreadsheet,
  heic: FileImage,
  tif: FileImage,
  tiff: FileImage,
  svg: FileImage,
};

export function iconOfFile(name: string): LucideIcon {
  return iconsByExtension[extensionOfName(name)] ?? FileText;
}

export interface CardFrameProps {
  icon: ReactNode;
  name: string;
  /** Size, pages, or what went wrong. */
  note: ReactNode;
  aside?: ReactNode;
  /** The words of the card are said in another way by what surrounds it. */
  isSaidElsewhere?: boolean;
  className?: string;
}

/** The shape all cards share: a sign, a name with a note under it, an action. */
export function CardFrame({ icon, name, note, aside, isSaidElsewhere, className }: CardFrameProps) {
  return (
    <div aria-hidden={isSaidElsewhere} className={cn('flex w-80 max-w-full items-center gap-3', className)}>
      {icon}
      <div className="min-w-0 flex-1">
        <FileName name={name} />
        <div className="truncate text-xs opacity-75 tabular">{note}</div>
      </div>
      {aside}
    </div>
  );
}

export function CardIcon({ children }: { children: ReactNode }) {
  return (
    <span
      aria-hidden="true"
      className="flex size-11 shrink-0 items-center justify-center rounded-md bg-current/8 [&_svg]:size-5"
    >
      {children}
    </span>
  );
}

/** Any file that has no look of its own: its kind, name and size, and a way to take it. */
export function FileCard({ attachment, label }: { attachment: AttachmentDto; label: string }) {
  const t = useTranslations('conversation');
  const locale = useLocale();
  const Icon = attachment.lost ? FileQuestion : iconOfFile(attachment.name);
  const extension = extensionOfName(attachment.name).toUpperCase();
  const size = formatBytes(attachment.sizeBytes, locale);
  const card = (
    <CardFrame
      icon={
        <CardIcon>
          <Icon />
        </CardIcon>
      }
      name={attachment.name}
      note={attachment.lost ? t('lost') : [extension, size].filter(Boolean).join(' · ')}
      aside={attachment.lost ? null : <Download aria-hidden="true" className="mr-1 size-[1.125rem] opacity-60" />}
      isSaidElsewhere={!attachment.lost}
      className={attachment.lost ? 'opacity-70' : undefined}
    />
  );
  if (attachment.lost) return card;
  return (
    <a
      href={downloadUrl(attachment.url)}
      download={attachment.name}
      className="block max-w-full rounded-md transition-opacity hover:opacity-85"
    >
      <span className="sr-only">{t('downloadLabel', { what: label, file: attachment.name })}</span>
      {card}
    </a>
  );
}
