import type { OutboxEventOf } from './outbox-events.ts';

/** Far below the hour after which the server may clean a staged file away. */
const heartbeatMs = 10 * 60_000;

/** Reports the device's network, and that time passes for staged files. Returns the way to stop. */
export function watchDevice(report: (event: OutboxEventOf<'connectivity' | 'heartbeat'>) => void): () => void {
  let beatAt = Date.now();
  const beat = () => {
    beatAt = Date.now();
    report({ type: 'heartbeat' });
  };
  const timer = setInterval(beat, heartbeatMs);
  const onVisible = () => {
    // Timers stand still while a device sleeps.
    if (document.visibilityState === 'visible' && Date.now() - beatAt >= heartbeatMs) beat();
  };
  const onConnectivity = () => report({ type: 'connectivity', isOnline: navigator.onLine });
  onConnectivity();
  document.addEventListener('visibilitychange', onVisible);
  window.addEventListener('online', onConnectivity);
  window.addEventListener('offline', onConnectivity);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onVisible);
    window.removeEventListener('online', onConnectivity);
    window.removeEventListener('offline', onConnectivity);
  };
}
