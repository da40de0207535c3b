import { BrandMark } from '#shared/ui/brand.tsx';

/** Drawn, not photographed: a conversation with files, in the colours of the theme. Says nothing a reader needs. */
export function AuthScene() {
  return (
    <div aria-hidden="true" className="relative hidden overflow-hidden border-l border-line bg-chat-ground lg:block">
      <div className="absolute inset-0 flex items-center justify-center p-10">
        <svg aria-hidden="true" viewBox="0 0 560 600" className="max-h-full w-full max-w-140" fill="none">
          <g>
            <rect x="24" y="40" width="330" height="96" rx="20" fill="var(--bubble-other)" />
            <Line x={48} y={70} width={252} />
            <Line x={48} y={94} width={178} />
            <rect x="24" y="152" width="286" height="204" rx="20" fill="var(--bubble-other)" />
            <clipPath id="scene-photo">
              <rect x="32" y="160" width="270" height="188" rx="14" />
            </clipPath>
            <g clipPath="url(#scene-photo)">
              <rect x="32" y="160" width="270" height="188" fill="var(--avatar-4)" />
              <circle cx="238" cy="206" r="22" fill="var(--avatar-2)" />
              <path d="M32 318 L112 232 L172 296 L216 254 L302 330 V348 H32 Z" fill="var(--accent)" opacity="0.5" />
              <path d="M32 332 L92 282 L156 340 L302 300 V348 H32 Z" fill="var(--accent)" opacity="0.8" />
            </g>
          </g>
          <g>
            <rect x="206" y="376" width="330" height="88" rx="20" fill="var(--bubble-own)" />
            <rect x="226" y="396" width="48" height="48" rx="12" fill="var(--accent)" />
            <path
              d="M243 409h9l6 6v17h-15zM252 409v6h6"
              stroke="var(--on-accent)"
              strokeWidth="2"
              strokeLinejoin="round"
              strokeLinecap="round"
            />
            <Line x={290} y={410} width={150} own />
            <Line x={290} y={431} width={84} own faint />
            <Ticks x={500} y={446} />
          </g>
          <g>
            <rect x="304" y="480" width="232" height="64" rx="20" fill="var(--bubble-own)" />
            <Line x={326} y={506} width={150} own />
            <Ticks x={500} y={526} />
          </g>
        </svg>
      </div>
      <BrandMark className="absolute -right-16 -bottom-20 size-80 opacity-[0.05]" />
    </div>
  );
}

function Line({ x, y, width, own, faint }: { x: number; y: number; width: number; own?: boolean; faint?: boolean }) {
  return (
    <rect
      x={x}
      y={y}
      width={width}
      height="10"
      rx="5"
      fill={own ? 'var(--bubble-own-muted)' : 'var(--muted)'}
      opacity={faint ? 0.3 : 0.45}
    />
  );
}

function Ticks({ x, y }: { x: number; y: number }) {
  return (
    <path
      d={`M${x} ${y}l4 4 8-9M${x + 9} ${y + 2}l2 2 8-9`}
      stroke="var(--accent)"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  );
}
