/** The device's cameras: the one chosen last, otherwise the one that looks away from the holder. */

const REMEMBERED = "uketsuke.camera";
/** Milliseconds without a picture, as when a call comes in, after which the camera counts as taken away. */
const MUTED = 3000;

/** @typedef {"insecure" | "denied" | "missing" | "busy" | "failed"} Trouble */

export class Camera {
  /** @type {MediaStreamTrack | null} */
  #track = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #muted;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.video = video;
  }

  /**
   * @param {() => void} onLost the camera was unplugged or taken away
   * @returns {Promise<Trouble | null>} null when the picture runs
   */
  async open(onLost) {
    this.close();
    if (!globalThis.isSecureContext || !navigator.mediaDevices) return "insecure";
    try {
      const stream = await chosen();
      this.#track = stream.getVideoTracks()[0] ?? null;
      this.#track?.addEventListener("ended", onLost);
      this.#track?.addEventListener("mute", () => (clearTimeout(this.#muted), (this.#muted = setTimeout(onLost, MUTED))));
      this.#track?.addEventListener("unmute", () => clearTimeout(this.#muted));
      this.video.srcObject = stream;
      await this.video.play();
      return null;
    } catch (error) {
      this.close();
      return troubleOf(error);
    }
  }

  close() {
    clearTimeout(this.#muted);
    this.#track?.stop();
    this.#track = null;
    this.video.srcObject = null;
  }

  get isOpen() {
    return this.#track !== null;
  }

  /** The id of the camera in use; empty when closed. */
  get id() {
    return this.#track?.getSettings().deviceId ?? "";
  }

  /** @returns {boolean} whether this camera has a lamp */
  get hasTorch() {
    const able = /** @type {{torch?: boolean} | undefined} */ (this.#track?.getCapabilities?.());
    return able?.torch === true;
  }

  /** Throws where the lamp does not do as it is told; some say nothing, and stay as they are. @param {boolean} on */
  async light(on) {
    const wish = /** @type {MediaTrackConstraintSet} */ (/** @type {unknown} */ ({ torch: on }));
    await this.#track?.applyConstraints({ advanced: [wish] });
    const { torch = on } = /** @type {{torch?: boolean}} */ (this.#track?.getSettings() ?? {});
    if (torch !== on) throw new Error("the lamp did not change");
  }
}

/** @returns {Promise<MediaDeviceInfo[]>} with names once a camera was allowed */
export async function cameras() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter((device) => device.kind === "videoinput");
}

/** @param {string} id */
export function rememberCamera(id) {
  localStorage.setItem(REMEMBERED, id);
}

/** @returns {Promise<MediaStream>} the remembered camera, or another if it is gone */
async function chosen() {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const id = localStorage.getItem(REMEMBERED);
  if (id) {
    try {
      return await navigator.mediaDevices.getUserMedia({ video: { ...size, deviceId: { exact: id } } });
    } catch (error) {
      if (troubleOf(error) !== "missing") throw error;
    }
  }
  return navigator.mediaDevices.getUserMedia({ video: { ...size, facingMode: { ideal: "environment" } } });
}

/** @param {unknown} error @returns {Trouble} */
function troubleOf(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "failed";
}
