import { useContext, useState, useSyncExternalStore } from 'react';
import { cn } from '#shared/ui/cn.ts';
import { Skeleton } from '#shared/ui/skeleton.tsx';
import { useChat } from '../engine/support-chat-provider.tsx';
import { FirstView } from './first-view.tsx';
import { FirstRowsContext } from './first-view-context.tsx';

const shapes = ['w-56', 'w-72', 'own w-48', 'h-44 w-64', 'own w-64', 'own w-40', 'w-60'];

export interface ConversationSkeletonProps {
  dialogId: string;
  label: string;
}

/** What is there while the first page is on its way: the server's still of the conversation, or else its shape. */
export function ConversationSkeleton({ dialogId, label }: ConversationSkeletonProps) {
  const { currentUser } = useChat();
  const first = useContext(FirstRowsContext);
  const isServed = useIsServed();
  if (isServed && first?.dialogId === dialogId) {
    return (
      <>
        <span role="status" className="sr-only">
          {label}
        </span>
        <FirstView rows={first.rows} currentUser={currentUser} />
      </>
    );
  }
  return (
    <div
      role="status"
      className="mx-auto flex min-h-0 w-full max-w-4xl flex-1 flex-col justify-end gap-2 overflow-hidden px-5 pb-3"
    >
      <span className="sr-only">{label}</span>
      {shapes.map((shape) => (
        <Skeleton
          key={shape}
          className={cn(
            'max-w-[80%] rounded-xl',
            shape.includes('h-') ? '' : 'h-9',
            shape.replace('own ', ''),
            shape.startsWith('own') && 'self-end',
          )}
        />
      ))}
    </div>
  );
}

/** Whether this element came with the page; one that is made later has no markup to take over. */
function useIsServed(): boolean {
  const isHydrating = useSyncExternalStore(
    () => () => {},
    () => false,
    () => true,
  );
  return useState(isHydrating)[0];
}
