/**
 * Watches what the scanner's reader sees: of every frame that goes to its worker the number in the corner is noted, and
 * what the worker answers to it. And a camera before which a test holds one picture after another.
 */

const [CELL, CELLS, LOOKS] = [16, 10, 4]; // as looks.py

/** By the number of the picture. @type {Record<string, {look: number, text: string | null, fault: string | null}[]>} */
globalThis.looks = {};

const corner = new OffscreenCanvas(CELL * CELLS, CELL).getContext("2d", { willReadFrequently: true });

function numberOf(frame) {
  corner.drawImage(frame, 0, 0);
  const { data, width } = corner.getImageData(0, 0, CELL * CELLS, CELL);
  const isWhite = (cell) => data[4 * ((CELL / 2) * width + CELL * cell + CELL / 2)] > 127;
  return Array.from({ length: CELLS }, (_, cell) => Number(isWhite(cell))).reduce((all, bit) => 2 * all + bit, 0);
}

globalThis.Worker = class extends Worker {
  postMessage(order, transfer) {
    if ("frame" in order) this.#note((globalThis.looks[numberOf(order.frame)] ??= []), order.look % LOOKS);
    super.postMessage(order, transfer);
  }

  #note(looks, look) {
    const onAnswer = ({ data: { text = null, fault = null } }) => looks.push({ look, text, fault });
    this.addEventListener("message", onAnswer, { once: true });
  }
};

/** Read, or looked at in every way that the reader has: a picture that stands still has no more to give. */
globalThis.isDone = (number) => {
  const looks = globalThis.looks[number] ?? [];
  return looks.some(({ text }) => text !== null) || new Set(looks.map(({ look }) => look)).size === LOOKS;
};

/** @param {number} width @param {number} height @param {string} table its colour */
globalThis.openCanvas = (width, height, table) => {
  const paper = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { alpha: false });
  let [shown, number, tick] = [null, 0, 0];
  const draw = () => {
    paper.fillStyle = table;
    paper.fillRect(0, 0, width, height);
    if (shown) paper.putImageData(shown, (width - shown.width) / 2, (height - shown.height) / 2);
    for (let cell = 0; cell < CELLS; cell += 1) {
      paper.fillStyle = (number >> (CELLS - 1 - cell)) & 1 ? "white" : "black";
      paper.fillRect(CELL * cell, 0, CELL, CELL);
    }
    paper.fillStyle = (tick += 1) % 2 ? "white" : "black"; // of what does not change no frame is sent
    paper.fillRect(width - 4, height - 4, 4, 4);
  };
  setInterval(draw, 33);
  navigator.mediaDevices.getUserMedia = async () => paper.canvas.captureStream(30);

  globalThis.holdUp = (frame) => {
    const bytes = atob(frame.grey);
    const grey = (_, i) => 0xff000000 | (bytes.charCodeAt(i) * 0x010101);
    const pixels = Uint32Array.from({ length: bytes.length }, grey);
    shown = new ImageData(new Uint8ClampedArray(pixels.buffer), frame.width, frame.height);
    ({ number } = frame);
    draw();
  };
};
