import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { FolderOpen } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { PagedList } from '#shared/ui/paged-list.tsx';
import { Skeleton } from '#shared/ui/skeleton.tsx';
import type { SentAttachmentDto } from '../../_api/types.ts';
import { toPagedQuery } from '../engine/paged-query.ts';
import { useChatEvent } from '../engine/support-chat-provider.tsx';
import { useTrpc } from '../engine/trpc.ts';
import { LightboxHost } from '../lightbox/lightbox-host.tsx';
import { DocumentList } from './document-list.tsx';
import { type FileTab, kindsOfTab } from './file-tabs.ts';
import { TileGrid } from './tile-grid.tsx';

const filesPerPage = 60;

function useFiles(dialogId: string, tab: FileTab) {
  const trpc = useTrpc();
  const queryClient = useQueryClient();
  const refresh = (event: { dialogId: string }) => {
    if (event.dialogId === dialogId) {
      void queryClient.invalidateQueries(trpc.supportChat.listAttachments.pathFilter());
    }
  };
  useChatEvent('message.created', refresh);
  useChatEvent('message.updated', refresh);
  const pages = useInfiniteQuery(
    trpc.supportChat.listAttachments.infiniteQueryOptions(
      { dialogId, kinds: kindsOfTab(tab), limit: filesPerPage },
      { getNextPageParam: (page) => page.nextCursor },
    ),
  );
  return toPagedQuery(pages);
}

/** The files of one tab, the newest first; more are fetched as the end comes near. */
export function FileTabContent({ dialogId, tab }: { dialogId: string; tab: FileTab }) {
  const t = useTranslations('files');
  const list = useFiles(dialogId, tab);
  return (
    <LightboxHost attachments={list.items}>
      <PagedList
        list={list}
        skeleton={<FilesSkeleton label={t('loading')} />}
        failedTitle={t('failedTitle')}
        more={t('more')}
      >
        {list.items.length === 0 ? (
          <EmptyState icon={<FolderOpen />} title={t('empty', { tab })}>
            {t('emptyBody')}
          </EmptyState>
        ) : (
          <Files tab={tab} files={list.items} />
        )}
      </PagedList>
    </LightboxHost>
  );
}

function Files({ tab, files }: { tab: FileTab; files: readonly SentAttachmentDto[] }) {
  return tab === 'document' ? <DocumentList files={files} /> : <TileGrid files={files} isWide={tab === 'video'} />;
}

function FilesSkeleton({ label }: { label: string }) {
  return (
    <div role="status" className="grid grid-cols-3 gap-1.5 sm:grid-cols-4">
      <span className="sr-only">{label}</span>
      {['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => (
        <Skeleton key={key} className="aspect-square rounded-md" />
      ))}
    </div>
  );
}
