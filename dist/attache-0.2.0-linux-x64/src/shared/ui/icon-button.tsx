import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { Tooltip } from './tooltip.tsx';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label'> {
  /** What it does, in words: the accessible name and the tooltip. */
  label: string;
  children: ReactNode;
  size?: 'sm' | 'md' | 'lg';
  variant?: 'ghost' | 'accent' | 'danger' | 'overlay';
  tooltip?: boolean;
  /** Shown in the tooltip beside the label. */
  shortcut?: string;
}

const sizes = { sm: 'size-7 rounded-sm', md: 'size-9 rounded-md', lg: 'size-11 rounded-lg' };
const variants = {
  ghost:
    'text-muted hover:text-ink hover:bg-sunken aria-pressed:bg-sunken aria-pressed:text-ink data-[state=open]:bg-sunken data-[state=open]:text-ink',
  accent: 'bg-accent text-on-accent hover:bg-accent-hover',
  danger: 'text-danger-text hover:bg-danger-soft',
  overlay: 'text-white hover:bg-white/15',
};

export function IconButton({
  label,
  children,
  size = 'md',
  variant = 'ghost',
  tooltip = true,
  shortcut,
  className,
  ...rest
}: IconButtonProps) {
  const button = (
    <button
      type="button"
      {...rest}
      aria-label={label}
      className={cn(
        'inline-flex shrink-0 items-center justify-center transition-colors select-none [&_svg]:size-[1.125rem]',
        'disabled:opacity-45 disabled:pointer-events-none',
        sizes[size],
        variants[variant],
        className,
      )}
    >
      {children}
    </button>
  );
  if (!tooltip) return button;
  return (
    <Tooltip label={label} shortcut={shortcut}>
      {button}
    </Tooltip>
  );
}
