/** The viewfinder: the picture, its frame in the colour of the last verdict, the lamp, and why there is no picture. */

import { Camera } from "./camera.js";
import { fill, h, icon } from "./element.js";

/** @typedef {import("./camera.js").Trouble} Trouble */
/** @typedef {import("./language.js").Key} Key */
/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {import("./reader.js").Reader} Reader */

/** @typedef {Trouble | "lost" | "reader" | "opening" | "closed" | null} Why no picture; null while it runs */

const REASONS = /** @type {Readonly<Record<NonNullable<Why>, Key>>} */ ({
  insecure: "camera_insecure", denied: "camera_denied", missing: "camera_missing", busy: "camera_busy", failed: "camera_failed",
  lost: "camera_lost", reader: "reader_failed", opening: "opening_camera", closed: "ready_no_camera",
});

/** The camera stays open when the page changes its language or its tab. */
export class CameraPanel {
  /** @type {Why} */
  why = globalThis.isSecureContext ? "closed" : "insecure";
  /** Other ways of reading, shown where there is no picture. @type {(() => HTMLElement[]) | null} */
  instead = null;
  #wanted = false;
  #lit = false;
  #lampFails = false;
  video = h("video", { class: "finder-video", playsinline: true, muted: true });
  element = h("section", { class: "finder" });

  /**
   * @param {Reader} reader
   * @param {(text: string) => void} onText
   * @param {() => void} onChange the picture came or went
   */
  constructor(reader, onText, onChange) {
    this.reader = reader;
    this.onText = onText;
    this.onChange = onChange;
    this.camera = new Camera(this.video);
    this.video.muted = true;
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void this.#revive());
  }

  /** Call from a tap the first time. */
  async open() {
    this.#wanted = true;
    this.#lit = this.#lampFails = false;
    this.#be("opening");
    const trouble = await this.camera.open(() => this.#lose());
    this.#be(trouble);
    if (!trouble) this.look();
  }

  close() {
    this.#wanted = false;
    this.reader.stop();
    this.camera.close();
    this.#be(globalThis.isSecureContext ? "closed" : "insecure");
  }

  /** Read codes from now on. */
  look() {
    if (!this.camera.isOpen) return;
    void this.video.play().catch(() => {});
    this.reader.watch(this.video, this.onText, () => this.#be("reader"));
  }

  rest() {
    this.reader.stop();
  }

  /** @param {Voice} voice */
  render(voice) {
    this.voice = voice;
    this.video.setAttribute("aria-label", voice.plainly("viewfinder"));
    this.element.dataset.open = String(this.why === null);
    fill(this.element, this.why === null ? this.#picture(voice) : this.#reason(voice, this.why));
    if (this.why === null) void this.video.play().catch(() => {});
  }

  /** @param {Voice} voice */
  #picture(voice) {
    const lamp = this.camera.hasTorch && h("button", {
      type: "button", class: "lamp", "aria-pressed": String(this.#lit), onclick: () => this.#light(voice),
    }, icon("torch"), voice.say("torch"));
    const said = h("p", { class: "finder-said", role: "alert" }, this.#lampFails && voice.say("torch_failed"));
    return [this.video, h("span", { class: "finder-frame", "aria-hidden": "true" }), said, lamp];
  }

  /** @param {Voice} voice @param {NonNullable<Why>} why */
  #reason(voice, why) {
    const again = !["insecure", "opening"].includes(why);
    return h("div", { class: "finder-why" }, icon(why === "opening" ? "wait" : "no-camera"), h("p", { role: "status" }, voice.say(REASONS[why])),
      again && h("button", { type: "button", class: "button", onclick: () => void this.open() }, voice.say("open_camera")),
      why !== "opening" && this.instead && h("div", { class: "finder-instead" }, ...this.instead()));
  }

  /** @param {Voice} voice */
  async #light(voice) {
    this.#lampFails = await this.camera.light(!this.#lit).then(() => ((this.#lit = !this.#lit), false), () => true);
    this.render(voice);
    /** @type {HTMLElement | null} */ (this.element.querySelector(".lamp"))?.focus();
  }

  /** @param {Why} why */
  #be(why) {
    this.why = why;
    if (why !== null && why !== "opening") this.reader.stop();
    if (this.voice) this.render(this.voice);
    this.onChange();
  }

  #lose() {
    this.camera.close();
    this.#be("lost");
  }

  /** Phones take the camera away from hidden pages. */
  async #revive() {
    if (this.#wanted && (this.why === "lost" || (this.why === null && this.video.paused))) await this.open();
  }
}
