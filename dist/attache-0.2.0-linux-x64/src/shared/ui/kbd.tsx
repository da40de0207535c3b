import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export function Kbd({ children, inverted = false }: { children: ReactNode; inverted?: boolean }) {
  return (
    <kbd
      className={cn(
        'inline-flex h-5 min-w-5 items-center justify-center rounded-xs px-1 font-sans text-2xs font-medium',
        inverted ? 'border border-canvas/30 text-canvas' : 'border border-line-strong bg-raised text-muted',
      )}
    >
      {children}
    </kbd>
  );
}
