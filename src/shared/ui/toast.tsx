'use client';

import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useEffect } from 'react';
import { cn } from './cn.ts';
import { IconButton } from './icon-button.tsx';
import { createStore, useStore } from './store.ts';

export interface ToastOptions {
  tone?: 'neutral' | 'danger';
  action?: { label: string; onClick: () => void };
}

interface ToastEntry extends ToastOptions {
  id: number;
  message: string;
}

const entries = createStore<readonly ToastEntry[]>([]);
let nextId = 1;

/** Says something in passing, for a few seconds. Anything the reader must act on belongs in the page instead. */
export function toast(message: string, options: ToastOptions = {}): void {
  entries.update((before) => [...before.slice(-2), { id: nextId++, message, ...options }]);
}

function dismiss(id: number) {
  entries.update((before) => before.filter((entry) => entry.id !== id));
}

function ToastCard({ entry, closeLabel }: { entry: ToastEntry; closeLabel: string }) {
  const { id, tone, action } = entry;
  const durationMs = tone === 'danger' ? 8000 : 4000;
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), durationMs);
    return () => clearTimeout(timer);
  }, [id, durationMs]);
  const Icon = tone === 'danger' ? CircleAlert : CircleCheck;
  return (
    <div className="pointer-events-auto flex w-full items-center gap-3 rounded-lg bg-raised py-2 pr-2 pl-4 shadow-pop animate-rise-in sm:w-auto sm:min-w-72 sm:max-w-lg">
      <Icon
        aria-hidden="true"
        className={cn('size-[1.125rem] shrink-0', tone === 'danger' ? 'text-danger-text' : 'text-accent-text')}
      />
      <p className="min-w-0 flex-1 text-base">{entry.message}</p>
      {action ? (
        <button
          type="button"
          className="rounded-sm px-2 py-1 text-sm font-medium text-accent-text hover:bg-accent-soft"
          onClick={() => {
            dismiss(id);
            action.onClick();
          }}
        >
          {action.label}
        </button>
      ) : null}
      <IconButton label={closeLabel} size="sm" tooltip={false} onClick={() => dismiss(id)}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}

/** Once, in the root layout. A polite live region that exists before the first toast, or readers would miss it. */
export function Toaster({ closeLabel, regionLabel }: { closeLabel: string; regionLabel: string }) {
  const shown = useStore(entries, (all) => all);
  return (
    <section
      aria-label={regionLabel}
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-20 z-60 flex flex-col items-center gap-2 sm:bottom-6"
    >
      {shown.map((entry) => (
        <ToastCard key={entry.id} entry={entry} closeLabel={closeLabel} />
      ))}
    </section>
  );
}
