import { type RefObject, useLayoutEffect } from 'react';

type TextField = HTMLInputElement | HTMLTextAreaElement;

/**
 * On a slow line people type into the page as the server drew it, before its scripts are there. React would put its
 * own empty value over that with the next drawing; this hands the text to `take` first. `value`: what React believes.
 */
export function useEarlyInput(field: RefObject<TextField | null>, value: string, take: (text: string) => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only before the first drawing is there a difference
  useLayoutEffect(() => {
    const typed = field.current?.value ?? '';
    if (typed !== value) take(typed);
  }, []);
}
