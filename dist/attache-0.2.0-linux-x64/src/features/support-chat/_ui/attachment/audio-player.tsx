import { Pause, Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import type { AttachmentDto } from '../../_api/dto/chat-dto.ts';
import { FileName } from './file-name.tsx';
import { formatDuration } from './format.ts';
import { claimPlayback, findPosition, rememberPosition } from './playback.ts';
import { Waveform } from './waveform.tsx';

export interface AudioPlayerProps {
  attachment: AttachmentDto;
  label: string;
}

/** A recording: play, its shape to seek in, and its time. The element below is the browser's own and reads by ranges. */
export function AudioPlayer({ attachment, label }: AudioPlayerProps) {
  const t = useTranslations('conversation');
  const ref = useRef<HTMLAudioElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const [position, setPosition] = useState(0);
  const [duration, setDuration] = useState(attachment.durationSeconds ?? 0);

  const toggle = () => {
    const audio = ref.current;
    if (!audio) return;
    if (!audio.paused) return audio.pause();
    if (audio.currentTime === 0) audio.currentTime = findPosition(attachment.id);
    audio.play().catch(() => setBroken(true));
  };
  const seek = (seconds: number) => {
    setPosition(seconds);
    if (ref.current) ref.current.currentTime = seconds;
  };

  return (
    <div className="flex w-80 max-w-full items-center gap-3">
      {/* biome-ignore lint/a11y/useMediaCaption: people's own recordings come without captions */}
      <audio
        ref={ref}
        src={attachment.url}
        // The length is known to the server; then nothing need be fetched before a press.
        preload={attachment.durationSeconds === null ? 'metadata' : 'none'}
        onPlay={(event) => {
          claimPlayback(event.currentTarget);
          setPlaying(true);
        }}
        onPause={(event) => {
          rememberPosition(attachment.id, event.currentTarget);
          setPlaying(false);
        }}
        onTimeUpdate={(event) => setPosition(event.currentTarget.currentTime)}
        onDurationChange={(event) => {
          if (Number.isFinite(event.currentTarget.duration)) setDuration(event.currentTarget.duration);
        }}
        onEnded={() => setPosition(0)}
        onError={() => setBroken(true)}
      />
      <button
        type="button"
        onClick={toggle}
        disabled={isBroken}
        aria-label={isPlaying ? t('pauseLabel', { what: label }) : t('playLabel', { what: label })}
        className="flex size-11 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-hover disabled:opacity-50"
      >
        {isPlaying ? (
          <Pause aria-hidden="true" className="size-5 fill-current" />
        ) : (
          <Play aria-hidden="true" className="ml-0.5 size-5 fill-current" />
        )}
      </button>
      <div className="min-w-0 flex-1">
        <Waveform
          peaks={attachment.waveform}
          position={position}
          duration={duration}
          label={t('seekLabel')}
          onSeek={seek}
        />
        <div className="mt-1 flex gap-2 text-xs opacity-75">
          <span className="shrink-0 tabular">
            {isBroken ? t('audioFailed') : formatDuration(position > 0 ? position : duration)}
          </span>
          <FileName name={attachment.name} />
        </div>
      </div>
    </div>
  );
}
