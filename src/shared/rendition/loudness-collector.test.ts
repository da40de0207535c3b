import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LoudnessCollector } from './loudness-collector.ts';

function samples(values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => {
    bytes.writeInt16LE(value, i * 2);
  });
  return bytes;
}

describe('a waveform', () => {
  test('shows the loudest moment of each part', () => {
    const loudness = new LoudnessCollector(80);
    loudness.add(samples([...Array(8).fill(0), ...Array(8).fill(-16384)]));
    expect(loudness.durationSeconds).toBe(0.2);
    expect(loudness.waveform(4)).toEqual([0, 0, 0.5, 0.5]);
  });

  test('of a sound shorter than its parts still has all of them', () => {
    const loudness = new LoudnessCollector(80);
    loudness.add(samples([32767]));
    expect(loudness.waveform(64)).toHaveLength(64);
  });

  test('of nothing is null', () => {
    expect(new LoudnessCollector(80).waveform(64)).toBeNull();
  });

  test('does not depend on how the samples were cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1 }),
        fc.array(fc.nat(50)),
        (values, cuts) => {
          const bytes = samples(values);
          const whole = new LoudnessCollector(80);
          whole.add(bytes);
          const cut = new LoudnessCollector(80);
          let at = 0;
          for (const length of [...cuts, bytes.length]) {
            cut.add(bytes.subarray(at, at + length));
            at += length;
          }
          expect(cut.waveform(64)).toEqual(whole.waveform(64));
        },
      ),
    );
  });
});
