export interface EventLimits {
  maxStreamsPerUser: number;
  maxStreams: number;
  /** 15 to 25 seconds pass below the usual 30 or 60 of proxies. */
  heartbeatSeconds: number;
  /** A longer gap is answered with `reset`. */
  maxReplayedEvents: number;
  keepEventsHours: number;
}

export const DEFAULT_EVENT_LIMITS: EventLimits = {
  maxStreamsPerUser: 20,
  maxStreams: 5_000,
  heartbeatSeconds: 20,
  maxReplayedEvents: 500,
  keepEventsHours: 24,
};
