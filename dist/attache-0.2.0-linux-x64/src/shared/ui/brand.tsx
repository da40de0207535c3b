import { cn } from './cn.ts';

/** An attaché case whose clasp is a speech mark: the whole product in one sign. Decorative. */
export function BrandMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={cn('shrink-0', className)}>
      <path
        d="M11 8.5V7a3 3 0 0 1 3-3h4a3 3 0 0 1 3 3v1.5"
        fill="none"
        stroke="var(--accent)"
        strokeWidth="2.25"
        strokeLinecap="round"
      />
      <path
        d="M8 8.5h16a4 4 0 0 1 4 4V21a4 4 0 0 1-4 4h-9.2l-4.3 3.6c-.5.4-1.2.1-1.2-.6V25H8a4 4 0 0 1-4-4v-8.5a4 4 0 0 1 4-4Z"
        fill="var(--accent)"
      />
      <path d="M4 16.25h9.5m5 0H28" stroke="var(--on-accent)" strokeWidth="1.75" />
      <rect
        x="13.25"
        y="14"
        width="5.5"
        height="4.5"
        rx="1.25"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="1.75"
      />
    </svg>
  );
}

export function Wordmark({ name, className }: { name: string; className?: string }) {
  return (
    <span className={cn('inline-flex items-center gap-2 font-semibold tracking-tight', className)}>
      <BrandMark className="size-[1.6em]" />
      {name}
    </span>
  );
}
