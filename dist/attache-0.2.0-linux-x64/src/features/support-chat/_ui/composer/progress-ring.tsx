import { cn } from '#shared/ui/cn.ts';

export interface ProgressRingProps {
  /** 0 to 1. */
  share: number;
  className?: string;
}

const radius = 9;
const length = 2 * Math.PI * radius;

/** Decorative: the words beside it say the same. */
export function ProgressRing({ share, className }: ProgressRingProps) {
  return (
    <svg aria-hidden="true" viewBox="0 0 22 22" className={cn('-rotate-90', className)}>
      <circle cx="11" cy="11" r={radius} fill="none" stroke="currentColor" strokeWidth="2" opacity="0.25" />
      <circle
        cx="11"
        cy="11"
        r={radius}
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeDasharray={length}
        strokeDashoffset={length * (1 - Math.max(0.03, Math.min(1, share)))}
        className="transition-[stroke-dashoffset] duration-150"
      />
    </svg>
  );
}
