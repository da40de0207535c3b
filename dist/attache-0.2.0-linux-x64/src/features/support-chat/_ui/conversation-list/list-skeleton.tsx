import { Skeleton } from '#shared/ui/skeleton.tsx';

const widths = ['w-2/5', 'w-1/2', 'w-1/3', 'w-3/5', 'w-2/5', 'w-1/2', 'w-1/3'];

/** Rows that will be there; spoken once, in words. */
export function ListSkeleton({ label, withAvatar }: { label: string; withAvatar: boolean }) {
  return (
    <div role="status" className="px-2 pt-1">
      <span className="sr-only">{label}</span>
      {widths.map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <div key={index} className="flex items-center gap-3 px-3 py-3">
          {withAvatar ? <Skeleton className="size-10 rounded-full" /> : null}
          <div className="flex-1">
            <Skeleton className={`h-3.5 ${width}`} />
            <Skeleton className="mt-2.5 h-3 w-4/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
