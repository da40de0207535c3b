'use client';

import { useEffect } from 'react';

/** Bars of the browser come and go by less; no keyboard is this low. CSS pixels. */
const lowestKeyboardPx = 100;

/**
 * Phones whose keyboard lies over the page instead of shrinking it (Safari knows no `interactive-widget`): the page
 * ends above it, or the field one writes in and the head of the conversation would not fit on the screen together.
 */
export function KeyboardInset() {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const fit = () => {
      const covered = window.innerHeight - viewport.height;
      // Enlarged by two fingers, less of the page is seen as well; that is no keyboard.
      const isKeyboard = viewport.scale === 1 && covered > lowestKeyboardPx;
      document.documentElement.style.setProperty('--keyboard-height', isKeyboard ? `${covered}px` : '0px');
      // What Safari had scrolled away to show the field fits now.
      if (isKeyboard) window.scrollTo(0, 0);
    };
    viewport.addEventListener('resize', fit);
    return () => viewport.removeEventListener('resize', fit);
  }, []);
  return null;
}
