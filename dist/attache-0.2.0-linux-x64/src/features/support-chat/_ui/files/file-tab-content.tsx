'use client';

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { CloudOff, FolderOpen } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '#shared/ui/button.tsx';
import { EmptyState } from '#shared/ui/empty-state.tsx';
import { Skeleton } from '#shared/ui/skeleton.tsx';
import type { SentAttachmentDto } from '../../_api/dto/chat-dto.ts';
import { LoadMore } from '../conversation-list/load-more.tsx';
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
  return useInfiniteQuery(
    trpc.supportChat.listAttachments.infiniteQueryOptions(
      { dialogId, kinds: kindsOfTab(tab), limit: filesPerPage },
      { getNextPageParam: (page) => page.nextCursor },
    ),
  );
}

/** The files of one tab, the newest first; more are fetched as the end comes near. */
export function FileTabContent({ dialogId, tab }: { dialogId: string; tab: FileTab }) {
  const t = useTranslations('files');
  const list = useFiles(dialogId, tab);
  if (list.isError && !list.data) {
    return (
      <EmptyState
        icon={<CloudOff />}
        title={t('failedTitle')}
        action={<Button onClick={() => void list.refetch()}>{t('retry')}</Button>}
      >
        {t('failedBody')}
      </EmptyState>
    );
  }
  if (!list.data) return <FilesSkeleton label={t('loading')} />;
  const files = list.data.pages.flatMap((page) => page.items);
  if (files.length === 0) {
    return (
      <EmptyState icon={<FolderOpen />} title={t('empty', { tab })}>
        {t('emptyBody')}
      </EmptyState>
    );
  }
  return (
    <LightboxHost attachments={files}>
      <Files tab={tab} files={files} />
      {list.hasNextPage ? (
        <LoadMore busy={list.isFetchingNextPage} label={t('more')} onMore={() => void list.fetchNextPage()} />
      ) : null}
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
