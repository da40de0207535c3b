'use client';

import { useEffect, useEffectEvent, useRef } from 'react';
import { Button } from '#shared/ui/button.tsx';

/** Fetches the next page when it comes near the screen; a button as well, for keyboards and for a failed attempt. */
export function LoadMore({ busy, label, onMore }: { busy: boolean; label: string; onMore: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  const onNear = useEffectEvent(() => {
    if (!busy) onMore();
  });
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && onNear(), {
      rootMargin: '400px',
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} className="flex justify-center p-3">
      <Button size="sm" variant="ghost" busy={busy} onClick={onMore}>
        {label}
      </Button>
    </div>
  );
}
