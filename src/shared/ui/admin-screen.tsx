import type { ReactNode } from 'react';

export interface AdminScreenProps {
  title: string;
  lead: string;
  /** At the right of the title on small screens. */
  accountMenu: ReactNode;
  children: ReactNode;
}

/** The frame of the administrator's pages: a title, what it is for, and one column below. */
export function AdminScreen({ title, lead, accountMenu, children }: AdminScreenProps) {
  return (
    <main id="content" tabIndex={-1} className="min-w-0 flex-1 overflow-y-auto bg-canvas">
      <div className="mx-auto max-w-5xl px-4 pt-3 pb-12 md:px-8 md:pt-8">
        <div className="flex items-start justify-between gap-4">
          <div>
            <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
            <p className="mt-1 max-w-prose text-base text-muted">{lead}</p>
          </div>
          <span className="mt-0.5 md:hidden">{accountMenu}</span>
        </div>
        {children}
      </div>
    </main>
  );
}
