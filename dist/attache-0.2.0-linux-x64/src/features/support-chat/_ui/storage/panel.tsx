import type { ReactNode } from 'react';
import { cn } from '#shared/ui/cn.ts';

export interface PanelProps {
  title: string;
  /** At the right of the title. */
  aside?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

/** A titled part of the page. */
export function Panel({ title, aside, wide = false, children }: PanelProps) {
  return (
    <section aria-label={title} className={cn('rounded-xl border border-line bg-surface', wide && 'lg:col-span-2')}>
      <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 pt-2 md:px-5">
        <h2 className="text-md font-semibold">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
