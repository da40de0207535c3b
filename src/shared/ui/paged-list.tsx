import { CloudOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { EmptyState } from './empty-state.tsx';
import { LoadMore } from './load-more.tsx';

/** A list that is fetched page by page, as pages of any kind see it. */
export interface PagedListState {
  state: 'loading' | 'ready' | 'failed';
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

export interface PagedListProps {
  list: PagedListState;
  skeleton: ReactNode;
  /** The heading when it could not be loaded. */
  failedTitle: string;
  /** Of the button that fetches the next page. */
  more: string;
  children: ReactNode;
}

/** Whatever a list may be instead of itself, and the way to its next page. */
export function PagedList({ list, skeleton, failedTitle, more, children }: PagedListProps) {
  if (list.state === 'loading') return skeleton;
  if (list.state === 'failed') return <LoadFailed title={failedTitle} onRetry={list.retry} />;
  return (
    <>
      {children}
      {list.hasMore ? <LoadMore busy={list.isLoadingMore} label={more} onMore={list.loadMore} /> : null}
    </>
  );
}

export function LoadFailed({ title, onRetry }: { title: string; onRetry: () => void }) {
  const t = useTranslations('common');
  return (
    <EmptyState icon={<CloudOff />} title={title} action={<Button onClick={onRetry}>{t('retry')}</Button>}>
      {t('checkConnection')}
    </EmptyState>
  );
}
