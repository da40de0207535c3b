import { useInfiniteQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { Button } from '#shared/ui/button.tsx';
import { Modal } from '#shared/ui/modal.tsx';
import type { AttachmentAccessDto, AttachmentDto, MessageDto } from '../../_api/types.ts';
import { FileName } from '../attachment/file-name.tsx';
import { formatMoment } from '../attachment/format.ts';
import { toPagedQuery } from '../engine/paged-query.ts';
import { useTrpc } from '../engine/trpc.ts';

const linesPerPage = 30;

/** The record of openings, file by file. */
export default function AccessModal({ message, onClose }: { message: MessageDto; onClose: () => void }) {
  const t = useTranslations('files.access');
  const tCommon = useTranslations('common');
  return (
    <Modal open onOpenChange={(open) => !open && onClose()} title={t('title')} closeLabel={tCommon('close')}>
      <div className="flex flex-col gap-5">
        {message.attachments.map((file) => (
          <FileAccess key={file.id} dialogId={message.dialogId} file={file} />
        ))}
      </div>
    </Modal>
  );
}

function FileAccess({ dialogId, file }: { dialogId: string; file: AttachmentDto }) {
  const t = useTranslations('files.access');
  const trpc = useTrpc();
  const pages = useInfiniteQuery(
    trpc.supportChat.listAttachmentAccess.infiniteQueryOptions(
      { dialogId, attachmentId: file.id, limit: linesPerPage },
      // Somebody may have looked a moment ago.
      { getNextPageParam: (page) => page.nextCursor, staleTime: 0 },
    ),
  );
  const list = toPagedQuery(pages);
  return (
    <section aria-label={t('list', { name: file.name })}>
      <h3 className="text-base font-medium">
        <FileName name={file.name} />
      </h3>
      {list.items.length > 0 ? <Lines lines={list.items} /> : null}
      {list.state === 'failed' ? (
        <p className="mt-1 flex items-center gap-3 text-base text-danger-text">
          {t('failed')}
          <Button size="sm" onClick={list.retry}>
            {t('retry')}
          </Button>
        </p>
      ) : list.items.length === 0 ? (
        <p className="mt-1 text-base text-muted">{t(list.state === 'ready' ? 'empty' : 'loading')}</p>
      ) : null}
      {list.hasMore ? (
        <Button size="sm" variant="ghost" busy={list.isLoadingMore} onClick={list.loadMore}>
          {t('more')}
        </Button>
      ) : null}
    </section>
  );
}

function Lines({ lines }: { lines: readonly AttachmentAccessDto[] }) {
  const t = useTranslations('files.access');
  const locale = useLocale();
  return (
    <ul className="mt-1 divide-y divide-line">
      {lines.map(({ user, action, at }) => {
        const name = user === 'support' ? t('support') : user.name;
        return (
          <li
            key={`${at} ${name} ${action}`}
            className="flex flex-wrap items-baseline justify-between gap-x-4 py-2 text-base"
          >
            <span className="max-w-full truncate">{name}</span>
            <span className="shrink-0 text-sm text-muted tabular">
              {`${t('action', { action })} · ${formatMoment(at, locale)}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
