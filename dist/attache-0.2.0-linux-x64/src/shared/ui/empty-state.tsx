import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface EmptyStateProps {
  /** Decorative drawing or icon. */
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  heading?: 'h1' | 'h2' | 'p';
  className?: string;
}

export function EmptyState({ icon, title, children, action, heading: Heading = 'h2', className }: EmptyStateProps) {
  return (
    <div className={cn('flex flex-col items-center justify-center px-6 py-12 text-center', className)}>
      {icon ? (
        <div aria-hidden="true" className="mb-4 text-muted [&>svg]:size-8 [&>svg]:stroke-[1.5]">
          {icon}
        </div>
      ) : null}
      <Heading className="text-md font-semibold">{title}</Heading>
      {children ? <div className="mt-1 max-w-80 text-base text-muted text-pretty">{children}</div> : null}
      {action ? <div className="mt-5">{action}</div> : null}
    </div>
  );
}
