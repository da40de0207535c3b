import { useSyncExternalStore } from 'react';
import { writePreferenceCookie } from '#shared/ui/preference-cookie.ts';
import { isTheme, type Theme, themeCookie } from '#shared/ui/theme.ts';

const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function current(): Theme {
  const theme = document.documentElement.dataset.theme;
  return isTheme(theme) ? theme : 'system';
}

/** The attribute on `<html>` is the truth: the server wrote it from the cookie, so nothing flashes. */
export function useTheme(): { theme: Theme; choose: (theme: Theme) => void } {
  const theme = useSyncExternalStore<Theme>(subscribe, current, () => 'system');
  return {
    theme,
    choose: (next) => {
      document.documentElement.dataset.theme = next;
      writePreferenceCookie(themeCookie, next);
      for (const listener of listeners) listener();
    },
  };
}
