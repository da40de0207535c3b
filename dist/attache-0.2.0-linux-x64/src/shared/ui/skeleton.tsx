import { cn } from './cn.ts';

/** A place that will be filled. Give it the size of what comes. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cn(
        'block animate-pulse-quiet bg-sunken',
        className?.includes('rounded') ? null : 'rounded-sm',
        className,
      )}
    />
  );
}
