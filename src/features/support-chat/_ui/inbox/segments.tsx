import { cn } from '#shared/ui/cn.ts';

export interface SegmentsProps<Value extends string> {
  legend: string;
  options: readonly { value: Value; label: string; count?: number | null }[];
  value: Value;
  onChange: (value: Value) => void;
}

/** A few ways to look at one list, one of them chosen. */
export function Segments<Value extends string>({ legend, options, value, onChange }: SegmentsProps<Value>) {
  return (
    <fieldset className="flex gap-0.5 rounded-md bg-track p-0.5">
      <legend className="sr-only">{legend}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={cn(
            'flex h-8 min-w-0 flex-auto items-center justify-center gap-1.5 rounded-sm px-1.5 text-sm whitespace-nowrap transition-colors sm:h-7',
            option.value === value ? 'bg-thumb font-medium text-ink shadow-bubble' : 'text-muted hover:text-ink',
          )}
        >
          {option.label}
          {option.count ? (
            <span className="text-xs font-semibold text-waiting-text tabular">
              {option.count > 99 ? '99+' : option.count}
            </span>
          ) : null}
        </button>
      ))}
    </fieldset>
  );
}
