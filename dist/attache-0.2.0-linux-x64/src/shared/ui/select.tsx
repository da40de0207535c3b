'use client';

import { ChevronDown } from 'lucide-react';
import { cn } from './cn.ts';

export interface SelectProps<Value extends string> {
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
  disabled?: boolean;
  title?: string;
  'aria-label': string;
  className?: string;
}

/** The browser's own list: on a phone it is the wheel people know, and every screen reader knows it too. */
export function Select<Value extends string>({ value, options, onChange, className, ...rest }: SelectProps<Value>) {
  return (
    <span className={cn('relative inline-block', className)}>
      <select
        {...rest}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        className="h-9 w-full appearance-none rounded-md border border-control bg-raised pr-8 pl-3 text-md transition-colors hover:bg-hover disabled:cursor-not-allowed disabled:opacity-60 sm:h-8 sm:text-sm"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-raised text-ink">
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 right-2.5 my-auto size-4 text-muted"
      />
    </span>
  );
}
