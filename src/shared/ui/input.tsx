import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from './cn.ts';

/** 16 px on touch screens: iOS zooms the page into a smaller field. */
const baseClass =
  'w-full min-w-0 rounded-md border text-ink placeholder:text-muted transition-colors ' +
  'text-md sm:text-base h-10 sm:h-9 focus:outline-2 focus:outline-focus focus:-outline-offset-1 focus:border-focus ' +
  'disabled:opacity-55';

export const inputClass = `${baseClass} border-control bg-raised px-3 aria-invalid:border-danger aria-invalid:focus:outline-danger`;

/** Without a frame: where an icon and the place say what it is (search). */
export const quietInputClass = `${baseClass} border-transparent bg-track hover:border-line`;

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={cn(inputClass, className)} />;
}

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  children: (control: {
    id: string;
    'aria-invalid': boolean | undefined;
    'aria-describedby': string | undefined;
  }) => ReactNode;
}

/** Label, control, hint and error, tied together for a screen reader. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': note ? noteId : undefined })}
      {note ? (
        <p id={noteId} className={cn('text-sm', error ? 'text-danger-text' : 'text-muted')}>
          {note}
        </p>
      ) : null}
    </div>
  );
}
