/** As which device this browser keeps a door: by a code, by somebody who is signed in, moved to another gate, or none any more. */

import { NotWelcome, Unreached } from "./contact.js";
import { onlyItsGate } from "./pairing.js";

/** @typedef {import("./types.js").Device} Device */
/** @typedef {import("./types.js").Gates} Gates */

export class Enrolment {
  /** @type {Device | null} */
  device = null;

  /**
   * @param {object} world
   * @param {Pick<Awaited<ReturnType<typeof import("./store.js").openStore>>, "device" | "keepDevice" | "former">} world.store
   * @param {Pick<import("./server.js").Server, "token" | "gates" | "pair" | "enrol" | "leave">} world.server
   * @param {Pick<import("./offline.js").Offline, "alone" | "gates" | "wipe">} world.offline
   * @param {boolean} world.isSignedIn whether a person's cookie speaks where the device's token does not
   * @param {() => void} world.onNew what an earlier device did last is nothing to this one
   * @param {() => void} world.onStranger nobody keeps a door here any more; scans that wait stay
   */
  constructor({ store, server, offline, isSignedIn, onNew, onStranger }) {
    this.store = store;
    this.server = server;
    this.offline = offline;
    this.isSignedIn = isSignedIn;
    this.onNew = onNew;
    this.onStranger = onStranger;
  }

  async open() {
    this.device = await this.store.device();
    this.server.token = this.device?.token ?? "";
  }

  /** @param {string} code @param {string} name */
  async pair(code, name) {
    const device = await this.server.pair({ code, name, former: await this.#former() });
    if (this.device && this.server.token) await this.server.leave().catch(() => {});
    await this.#keep(device);
  }

  /** At this gate; nothing is asked where it is that already. @param {string} event @param {string} gate @param {string} name */
  async enrol(event, gate, name) {
    if (this.isAt({ event, gate })) return;
    const device = await this.server.enrol({ event, gate, name, former: await this.#former() }).catch((error) => this.#staySame(event, gate, error));
    if (this.device && this.server.token && this.device.token !== device.token) await this.server.leave().catch(() => {});
    await this.#keep(device);
  }

  /** @param {{event: string, gate: string}} choice */
  isAt({ event, gate }) {
    return Boolean(this.server.token && this.device?.event === event && this.device.gate === gate);
  }

  /**
   * The device's own token speaks first; the signed-in person's cookie if that is not welcome any more.
   *
   * @param {string} event
   * @returns {Promise<Gates>}
   */
  async gatesOf(event) {
    try {
      return onlyItsGate(await this.server.gates(event), this.server.token ? this.device : null);
    } catch (error) {
      const known = error instanceof Unreached && this.offline.gates(event);
      if (known) return onlyItsGate(known, this.device);
      if (!(error instanceof NotWelcome) || !this.server.token) throw error;
      this.server.token = "";
      if (this.isSignedIn) return this.server.gates(event);
      await this.offline.wipe();
      await this.store.keepDevice(null);
      this.onStranger();
      throw error;
    }
  }

  /** The devices that this browser was: what they kept and could not send is sent by the next one. */
  async #former() {
    return [...new Set([...(this.device ? [this.device.device] : []), ...Object.values(await this.store.former())])].slice(0, 20);
  }

  /** Without a network a signed-in person's device of this event moves to another of its gates: the scans say where they were made, and the next contact does. @param {string} event @param {string} gate @param {unknown} error */
  #staySame(event, gate, error) {
    if (!(error instanceof Unreached) || !this.server.token || this.device?.event !== event || this.device.paired || !this.offline.alone) throw error;
    return { ...this.device, gate };
  }

  /** @param {Device} device */
  async #keep(device) {
    await this.store.keepDevice(device);
    this.onNew();
    this.device = device;
    this.server.token = device.token;
  }
}
