import { type ClipboardEvent, type KeyboardEvent, type Ref, useLayoutEffect, useRef } from 'react';
import { useEarlyInput } from '#shared/ui/use-early-input.ts';

export interface MessageFieldProps {
  value: string;
  label: string;
  describedBy: string;
  onChange: (text: string) => void;
  onSend: () => void;
  onFiles: (files: File[]) => void;
  /** Arrow up in an empty field: edit what was said last. */
  onEditLast?: () => void;
  onEscape?: () => void;
  ref: Ref<HTMLTextAreaElement>;
}

const maxHeightPx = 200;

/** On a phone Enter is the only way to a new line and a button sends. */
function hasKeyboard(): boolean {
  return window.matchMedia('(hover: hover) and (pointer: fine)').matches;
}

/**
 * Text from an office program comes with a picture of itself; the person meant the text. A picture copied from a web
 * page comes with its markup, but with no text.
 */
function isRichText(transfer: DataTransfer): boolean {
  const isMarkedUp = transfer.types.includes('text/html') || transfer.types.includes('text/rtf');
  return isMarkedUp && transfer.getData('text/plain').trim() !== '';
}

export function MessageField({ value, label, describedBy, ref, ...on }: MessageFieldProps) {
  const inner = useRef<HTMLTextAreaElement | null>(null);
  useEarlyInput(inner, value, on.onChange);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const field = inner.current;
    if (!field) return;
    const frame = field.parentElement;
    // Measuring collapses the field. Were the frame not held, the conversation above would grow for that moment and be
    // moved from its place.
    if (frame) frame.style.height = `${frame.offsetHeight}px`;
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, maxHeightPx)}px`;
    if (frame) frame.style.height = '';
  }, [value]);

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a word, Enter chooses it.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey && hasKeyboard()) {
      event.preventDefault();
      on.onSend();
    } else if (event.key === 'ArrowUp' && value === '' && on.onEditLast) {
      event.preventDefault();
      on.onEditLast();
    } else if (event.key === 'Escape' && on.onEscape) {
      event.stopPropagation();
      on.onEscape();
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0 || isRichText(event.clipboardData)) return;
    event.preventDefault();
    on.onFiles(files);
  };

  return (
    <textarea
      ref={(element) => {
        inner.current = element;
        if (typeof ref === 'function') ref(element);
        else if (ref) ref.current = element;
      }}
      rows={1}
      // What was written is kept by us; a browser that fills it in after a reload would say it twice.
      autoComplete="off"
      dir="auto"
      value={value}
      aria-label={label}
      aria-describedby={describedBy}
      placeholder={label}
      maxLength={10_000}
      onChange={(event) => on.onChange(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onPaste={onPaste}
      className="min-h-11 w-full min-w-0 resize-none bg-transparent py-2.5 text-md leading-6 text-ink outline-none placeholder:text-muted sm:text-base"
    />
  );
}
