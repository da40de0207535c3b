import { cn } from '#shared/ui/cn.ts';
import { Skeleton } from '#shared/ui/skeleton.tsx';

const shapes = ['w-56', 'w-72', 'own w-48', 'h-44 w-64', 'own w-64', 'own w-40', 'w-60'];

/** The shape of a conversation while the first page is on its way. */
export function ConversationSkeleton({ label }: { label: string }) {
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
