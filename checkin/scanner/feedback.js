/** Sound and vibration of a verdict. Browsers allow both only after a tap: `wake` belongs into one. */

/** @typedef {import("./verdicts.js").Tone} Tone */

/** Tones one after another: hertz, seconds, shape. Told apart by number and length as well as by pitch. */
const SOUNDS = /** @type {Readonly<Record<Tone, readonly (readonly [number, number, OscillatorType])[]>>} */ ({
  good: [[880, 0.12, "sine"]],
  caution: [[520, 0.12, "triangle"], [520, 0.12, "triangle"]],
  no: [[220, 0.4, "square"]],
  leave: [[660, 0.1, "sine"], [440, 0.14, "sine"]],
  ask: [[660, 0.09, "sine"], [880, 0.12, "sine"]],
  wait: [],
});
const VIBRATIONS = /** @type {Readonly<Record<Tone, readonly number[]>>} */ ({
  good: [60], caution: [60, 80, 60], no: [350], leave: [40], ask: [40, 60, 40], wait: [],
});
const GAP = 0.07;
const LOUDNESS = 0.35;

export class Feedback {
  /** @type {AudioContext | null} */
  #audio = null;
  silent = false;

  /** Call from a tap. */
  wake() {
    if (typeof AudioContext === "undefined") return;
    this.#audio ??= new AudioContext();
    void this.#audio.resume();
  }

  /** @param {Tone} tone */
  give(tone) {
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([...VIBRATIONS[tone]]);
    if (this.silent || !this.#audio) return;
    let start = this.#audio.currentTime;
    for (const [pitch, length, shape] of SOUNDS[tone]) {
      this.#beep(pitch, length, shape, start);
      start += length + GAP;
    }
  }

  /** @param {number} pitch @param {number} length @param {OscillatorType} shape @param {number} start */
  #beep(pitch, length, shape, start) {
    const audio = /** @type {AudioContext} */ (this.#audio);
    const voice = new OscillatorNode(audio, { type: shape, frequency: pitch });
    const volume = new GainNode(audio, { gain: LOUDNESS * (shape === "square" ? 0.4 : 1) });
    volume.gain.setTargetAtTime(0, start + length - 0.02, 0.008); // no click at the end
    voice.connect(volume).connect(audio.destination);
    voice.start(start);
    voice.stop(start + length + 0.03);
  }
}
