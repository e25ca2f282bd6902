/** Frames as a camera sees codes on bad days: drawn anew from a seed, the same ones every time. */

export const [WIDTH, HEIGHT] = [448, 336];
export const [EACH, EMPTY, SEED] = [22, 24, 20261003];
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const [PAPER, INK] = [235, 25];

/** @param {number} seed @returns {() => number} from 0 to 1, the same row for the same seed */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What is wrong with the picture: how it is held, and what becomes of its light. Ranges as measured for the prototype. */
export const FAMILIES = {
  turned: (r) => ({ angle: r.between(0, 360) }),
  blur: (r) => ({ blur: r.between(0.3, 0.85) }),
  motion: (r) => ({ motion: r.between(0.6, 2.2), motionAngle: r.between(0, 180) }),
  low_light: (r) => ({ paper: r.between(45, 80), ink: r.between(18, 28), noise: r.between(6, 12) }),
  low_contrast: (r) => ({ paper: 150, ink: 150 - r.between(12, 45), noise: 2.5 }),
  glare: (r) => ({ glare: r.between(0.4, 0.8) }),
  moire: (r) => ({ moire: r.between(25, 60), moireWave: r.between(2.2, 5) }),
  tilt: (r) => ({ tilt: r.between(30, 65), tiltTo: r.between(0, 360) }),
  curve: (r) => ({ curve: r.between(0.3, 0.65) }),
  small: (r) => ({ scale: r.between(1.3, 2.6) }),
  shadow: (r) => ({ shadow: r.between(0.25, 0.5), shadowAngle: r.between(0, 360) }),
  finger: (r) => ({ finger: r.between(0.1, 0.2), fingerAt: r.between(0, 360) }),
  inverted: () => ({ paper: INK, ink: PAPER }),
  thin_margin: (r) => ({ margin: Math.floor(r.between(0, 3)), table: r.between(20, 60) }),
};

/**
 * The hard frames, each with the ticket's address that it shows.
 *
 * @param {(text: string) => Promise<{width: number, data: ArrayLike<number>}>} symbolOf
 * @param {number} each of a family, the first so many
 */
export async function* hardFrames(symbolOf, each = EACH) {
  const random = randomOf(SEED);
  for (const [kind, family] of Object.keys(FAMILIES).entries()) {
    for (let i = 0; i < EACH; i += 1) {
      const text = `HTTPS://TICKETS.EXAMPLE.JP/T/${Array.from({ length: 26 }, () => ALPHABET[Math.floor(random() * 32)]).join("")}`;
      if (i < each) yield { family, text, frame: frameOf(await symbolOf(text), family, SEED + kind * 1000 + i) };
    }
  }
}

/** @param {number} number the first so many */
export function* emptyFrames(number = EMPTY) {
  for (let i = 0; i < number; i += 1) yield { family: "empty", text: null, frame: emptyFrame(SEED + i) };
}

/** @param {{width: number, data: ArrayLike<number>}} symbol @param {string} family @param {number} seed @returns {ImageData} */
export function frameOf(symbol, family, seed) {
  const random = randomOf(seed);
  const between = (from, to) => from + random() * (to - from);
  const how = { scale: between(4, 6), angle: between(-12, 12), margin: 4, paper: PAPER, ink: INK, table: between(90, 170), noise: 2, blur: 0.15, ...FAMILIES[family]({ between }) };
  const light = drawn(symbol, how, between(0.46, 0.54) * WIDTH, between(0.46, 0.54) * HEIGHT);
  lit(light, how);
  blurred(light, how.blur * how.scale);
  if (how.motion) moved(light, how.motion * how.scale, how.motionAngle);
  return developed(light, how.noise, random);
}

/** Nothing to read: what a camera sees between two people. @param {number} seed @returns {ImageData} */
export function emptyFrame(seed) {
  const random = randomOf(seed);
  const kind = seed % 4;
  const [wave, slant, level] = [4 + random() * 20, random() * 2, 60 + random() * 120];
  const cells = Array.from({ length: 40 * 40 }, () => (random() < 0.5 ? 30 : 225));
  const light = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    if (kind === 0) return level;
    if (kind === 1) return Math.sin((x + slant * y) / wave) > 0 ? 210 : 40;
    if (kind === 2) return cells[(Math.floor(y / wave) % 40) * 40 + (Math.floor(x / wave) % 40)];
    return (Math.floor(x / wave) + Math.floor(y / wave)) % 2 ? 220 : 35;
  });
  blurred(light, 0.8);
  return developed(light, 5, random);
}

/** Looks back from each pixel to the paper: bent or tilted, turned, far away. */
function drawn({ width: modules, data }, how, cx, cy) {
  const { scale, angle, margin, paper, ink, table } = how;
  const light = new Float32Array(WIDTH * HEIGHT);
  const half = modules / 2;
  const [sin, cos] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
  const shade = (u, v) => {
    const [mx, my] = [Math.floor(u + half), Math.floor(v + half)];
    if (mx < 0 || my < 0 || mx >= modules || my >= modules) return Math.max(Math.abs(u), Math.abs(v)) - half < margin ? paper : table;
    return data[my * modules + mx] ? paper : ink;
  };
  const flattened = how.tilt ? untilting(how, modules) : how.curve ? unbending(how, half) : null;
  const fingered = how.finger ? fingerOf(how, half) : null;
  const onPaper = (x, y) => {
    const [dx, dy] = [(x - cx) / scale, (y - cy) / scale];
    let [u, v] = [dx * cos + dy * sin, -dx * sin + dy * cos];
    if (flattened) [u, v] = flattened(u, v);
    return fingered?.(u, v) ? 150 : shade(u, v);
  };
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      light[y * WIDTH + x] = (onPaper(x - 0.25, y - 0.25) + onPaper(x + 0.25, y - 0.25) + onPaper(x - 0.25, y + 0.25) + onPaper(x + 0.25, y + 0.25)) / 4;
    }
  }
  return light;
}

function untilting({ tilt, tiltTo }, modules) {
  const [a, to] = [(tilt * Math.PI) / 180, (tiltTo * Math.PI) / 180];
  const [sinA, cosA, sinTo, cosTo] = [Math.sin(a), Math.cos(a), Math.sin(to), Math.cos(to)];
  const distance = modules * 3;
  return (u, v) => {
    const [p, q] = [u * cosTo + v * sinTo, -u * sinTo + v * cosTo];
    const along = (p * distance) / (distance * cosA - p * sinA);
    const across = (q * (distance + along * sinA)) / distance;
    return [along * cosTo - across * sinTo, along * sinTo + across * cosTo];
  };
}

function unbending({ curve }, half) {
  const radius = half / curve / 1.6;
  return (u, v) => (Math.abs(u) >= radius ? [half * 9, v] : [radius * Math.asin(u / radius), v]);
}

/** A thumb that reaches in from one side. */
function fingerOf({ finger, fingerAt }, half) {
  const at = (fingerAt * Math.PI) / 180;
  const [x, y] = [Math.cos(at) * half, Math.sin(at) * half];
  const reach = finger * half * 2;
  return (u, v) => (u - x) ** 2 + (v - y) ** 2 < reach ** 2;
}

function lit(light, { glare, moire, moireWave, shadow, shadowAngle, scale }) {
  const [sx, sy] = [Math.cos(((shadowAngle ?? 0) * Math.PI) / 180), Math.sin(((shadowAngle ?? 0) * Math.PI) / 180)];
  for (let i = 0; i < light.length; i += 1) {
    const [x, y] = [(i % WIDTH) - WIDTH / 2, Math.floor(i / WIDTH) - HEIGHT / 2];
    if (shadow) light[i] *= 1 - (1 - shadow) / (1 + Math.exp(-(x * sx + y * sy) / (2 * scale)));
    if (glare) light[i] += 255 * Math.exp(-((x - 20) ** 2 + ((y + 15) * 1.4) ** 2) / (2 * (glare * 14 * scale) ** 2));
    if (moire) light[i] += moire * Math.sin(x / moireWave + y / (moireWave * 3)) * Math.sin(y / moireWave);
  }
}

function blurred(light, sigma) {
  const reach = Math.ceil(sigma * 2.5);
  if (reach < 1) return;
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const sum = weights.reduce((all, one) => all + one, 0);
  for (const [step, length, lines, jump] of [[1, WIDTH, HEIGHT, WIDTH], [WIDTH, HEIGHT, WIDTH, 1]]) {
    const line = new Float32Array(length + 2 * reach); // its ends go on as they are
    for (let k = 0; k < lines; k += 1) {
      for (let i = 0; i < line.length; i += 1) line[i] = light[k * jump + Math.max(0, Math.min(length - 1, i - reach)) * step];
      for (let i = 0; i < length; i += 1) {
        let value = 0;
        for (let w = 0; w < weights.length; w += 1) value += weights[w] * line[i + w];
        light[k * jump + i * step] = value / sum;
      }
    }
  }
}

function moved(light, length, angle) {
  const from = light.slice();
  const [dx, dy] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const steps = Math.max(2, Math.ceil(length));
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      let sum = 0;
      for (let s = 0; s < steps; s += 1) {
        const along = (s / (steps - 1) - 0.5) * length;
        const [px, py] = [Math.round(x + dx * along), Math.round(y + dy * along)];
        sum += from[Math.max(0, Math.min(HEIGHT - 1, py)) * WIDTH + Math.max(0, Math.min(WIDTH - 1, px))];
      }
      light[y * WIDTH + x] = sum / steps;
    }
  }
}

function developed(light, noise, random) {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let i = 0; i < light.length; i += 1) {
    const value = light[i] + (random() + random() + random() - 1.5) * 2 * noise;
    data[4 * i] = data[4 * i + 1] = data[4 * i + 2] = value;
    data[4 * i + 3] = 255;
  }
  return { data, width: WIDTH, height: HEIGHT };
}
