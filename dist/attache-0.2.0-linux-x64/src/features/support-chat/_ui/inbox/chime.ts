const notesHz = [659.25, 880];
const noteSeconds = 0.16;
const loudness = 0.06;

/** Two soft notes made on the spot: no file to load, nothing to license. Silent where the browser refuses sound. */
export function playChime(): void {
  if (typeof AudioContext === 'undefined') return;
  const audio = new AudioContext();
  if (audio.state === 'suspended') {
    void audio.close();
    return;
  }
  notesHz.forEach((frequency, index) => {
    const start = audio.currentTime + index * noteSeconds * 0.7;
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loudness, start + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + noteSeconds);
    tone.connect(gain).connect(audio.destination);
    tone.start(start);
    tone.stop(start + noteSeconds);
  });
  setTimeout(() => void audio.close(), 1000);
}
