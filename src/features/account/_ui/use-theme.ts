import { useSyncExternalStore } from 'react';
import { writePreferenceCookie } from '#shared/ui/preference-cookie.ts';
import { createStore } from '#shared/ui/store.ts';
import { isTheme, type Theme, themeCookie } from '#shared/ui/theme.ts';

/** Null until one is chosen here: then the attribute on `<html>` is the truth, written by the server from the cookie. */
const chosen = createStore<Theme | null>(null);

function current(): Theme {
  const theme = document.documentElement.dataset.theme;
  return isTheme(theme) ? theme : 'system';
}

export function useTheme(): { theme: Theme; choose: (theme: Theme) => void } {
  const theme = useSyncExternalStore<Theme>(chosen.subscribe, current, () => 'system');
  return {
    theme,
    choose(next) {
      document.documentElement.dataset.theme = next;
      writePreferenceCookie(themeCookie, next);
      chosen.update(() => next);
    },
  };
}
