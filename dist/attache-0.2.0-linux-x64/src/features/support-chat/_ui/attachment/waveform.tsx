import { formatDuration } from './format.ts';

export interface WaveformProps {
  /** 0 to 1; null draws a plain line. */
  peaks: readonly number[] | null;
  /** Seconds. */
  position: number;
  duration: number;
  label: string;
  onSeek: (seconds: number) => void;
}

const barWidth = 2;
const barStep = 3.4;
const height = 26;

/** The shape of a recording; a native slider lies over it, so keys, touch and screen readers work as everywhere. */
export function Waveform({ peaks, position, duration, label, onSeek }: WaveformProps) {
  const shape = peaks ?? Array.from({ length: 48 }, () => 0.06);
  const played = duration > 0 ? position / duration : 0;
  const width = shape.length * barStep;
  return (
    <div className="relative h-7 rounded-xs focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus">
      <svg aria-hidden="true" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className="size-full">
        {shape.map((peak, index) => {
          const barHeight = Math.max(2, peak * height);
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: the place in the recording is what a bar is
              key={index}
              x={index * barStep}
              y={(height - barHeight) / 2}
              width={barWidth}
              height={barHeight}
              rx={1}
              fill="currentColor"
              opacity={index / shape.length < played ? 0.9 : 0.32}
            />
          );
        })}
      </svg>
      <input
        type="range"
        min={0}
        max={Math.max(duration, 0.1)}
        step={0.1}
        value={Math.min(position, duration)}
        aria-label={label}
        aria-valuetext={`${formatDuration(position)} / ${formatDuration(duration)}`}
        onChange={(event) => onSeek(event.currentTarget.valueAsNumber)}
        className="absolute inset-0 w-full cursor-pointer opacity-0"
      />
    </div>
  );
}
