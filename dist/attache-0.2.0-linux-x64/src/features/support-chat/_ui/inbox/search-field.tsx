'use client';

import { Search, X } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useRef } from 'react';
import { IconButton } from '#shared/ui/icon-button.tsx';
import { quietInputClass } from '#shared/ui/input.tsx';
import { Kbd } from '#shared/ui/kbd.tsx';
import { Spinner } from '#shared/ui/spinner.tsx';
import { useEarlyInput } from '#shared/ui/use-early-input.ts';

export interface SearchFieldProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
  placeholder: string;
  clearLabel: string;
  busy?: boolean;
  onEnter?: () => void;
  /** Shown while the field is empty. */
  shortcut?: string;
  ref?: RefObject<HTMLInputElement | null>;
}

/** Escape empties the field first and leaves it second. */
export function SearchField({
  value,
  onChange,
  label,
  placeholder,
  clearLabel,
  busy,
  onEnter,
  shortcut,
  ref,
}: SearchFieldProps) {
  const own = useRef<HTMLInputElement>(null);
  const field = ref ?? own;
  useEarlyInput(field, value, onChange);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) onEnter?.();
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    if (value) onChange('');
    else event.currentTarget.blur();
  };
  return (
    <search className="relative block">
      <span aria-hidden="true" className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-muted">
        {busy ? <Spinner /> : <Search className="size-4" />}
      </span>
      <input
        ref={field}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        aria-label={label}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        className={`${quietInputClass} pl-9 pr-9`}
      />
      <span className="absolute inset-y-0 right-1 flex items-center">
        {value ? (
          <IconButton label={clearLabel} size="sm" tooltip={false} onClick={() => onChange('')}>
            <X aria-hidden="true" />
          </IconButton>
        ) : shortcut ? (
          <span aria-hidden="true" className="mr-1.5 hidden md:block">
            <Kbd>{shortcut}</Kbd>
          </span>
        ) : null}
      </span>
    </search>
  );
}
