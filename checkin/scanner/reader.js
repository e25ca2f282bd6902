/** The page's side of the reading worker: one frame in flight, and the newest one wins. */

/** @typedef {import("./worker.js").Report} Report */
/** @typedef {{frame: ImageBitmap, look: number} | {photo: ImageBitmap} | {draw: string}} Order */

/** Milliseconds after which a frame without an answer is given up. */
const PATIENCE = 10_000;
/** One bad frame is no reason to stop; this many are. */
const FAULTS = 5;

export class Reader {
  #look = -1;
  #watching = 0;
  /** @type {Promise<unknown>} */
  #busy = Promise.resolve();

  /**
   * @param {string} worker its address
   * @param {string} wasm its address, on our own server
   * @param {string} writer that of what draws codes
   */
  constructor(worker, wasm, writer) {
    this.worker = new Worker(worker, { type: "module" });
    this.worker.postMessage({ wasm: new URL(wasm, location.href).href, writer: new URL(writer, location.href).href });
  }

  /**
   * Read what the video shows until `stop` is called.
   *
   * @param {HTMLVideoElement} video
   * @param {(text: string) => void} onText at every frame in which a code is seen
   * @param {(fault: string) => void} onFault once: the reader does not work here
   */
  watch(video, onText, onFault) {
    this.#watching += 1;
    const turn = this.#watching;
    let faults = 0;
    const loop = async () => {
      while (turn === this.#watching) {
        await nextFrame(video);
        const frame = turn === this.#watching ? await pictureOf(video) : null;
        if (!frame) continue;
        const text = await this.#readFrame(frame).catch((error) => {
          faults += 1;
          if (faults === FAULTS) throw error;
          return null;
        });
        if (text !== null && turn === this.#watching) onText(text);
      }
    };
    loop().catch((error) => turn === this.#watching && onFault(String(error)));
  }

  /** @param {ImageBitmap} frame @returns {Promise<string | null>} */
  #readFrame(frame) {
    this.#look += 1;
    return this.#ask({ frame, look: this.#look });
  }

  stop() {
    this.#watching += 1;
  }

  /** @param {Blob} file @returns {Promise<string | null>} */
  async readPhoto(file) {
    return this.#ask({ photo: await createImageBitmap(file) });
  }

  /** A QR code as rows of # and blanks. @param {string} text @returns {Promise<string>} */
  async draw(text) {
    return (await this.#ask({ draw: text })) ?? "";
  }

  /** @param {Order} order @returns {Promise<string | null>} */
  #ask(order) {
    const answer = this.#busy.then(() => this.#exchange(order));
    this.#busy = answer.catch(() => {});
    return answer;
  }

  /** @param {Order} order @returns {Promise<string | null>} */
  #exchange(order) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the reader does not answer")), PATIENCE);
      this.worker.onmessage = (/** @type {MessageEvent<Report>} */ { data: report }) => {
        clearTimeout(timer);
        if ("fault" in report) reject(new Error(report.fault));
        else resolve(report.text);
      };
      this.worker.onerror = (event) => reject(new Error(event.message || "the reader could not be loaded"));
      this.worker.postMessage(order, "frame" in order ? [order.frame] : "photo" in order ? [order.photo] : []);
    });
  }
}

/** @param {HTMLVideoElement} video @returns {Promise<void>} */
function nextFrame(video) {
  return new Promise((resolve) => {
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(() => resolve());
    else setTimeout(resolve, 40);
  });
}

/** @param {HTMLVideoElement} video @returns {Promise<ImageBitmap | null>} null while the camera starts or goes away */
async function pictureOf(video) {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
  return createImageBitmap(video).catch(() => null);
}
