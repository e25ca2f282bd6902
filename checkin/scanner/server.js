/** What the page asks of the server: JSON, a bearer token, a time limit, and errors that say whether to try again. */

import { Pins } from "./pins.js";
import { NotWelcome, TooOften, Unacceptable, Unreached } from "./contact.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Counts} Counts */
/** @typedef {import("./types.js").Device} Device */
/** @typedef {import("./types.js").Gates} Gates */
/** @typedef {import("./types.js").Scan} Scan */

const PATIENCE = 6000;
const PATIENCE_FOR_PACKS = 60_000;

export class Server {
  /**
   * @param {object} world
   * @param {string} world.api for example /api/v1
   * @param {string} world.csrf the token of the signed-in person's page
   * @param {import("./timepiece.js").Timepiece | null} [world.timepiece]
   * @param {(address: string, request: RequestInit) => Promise<Response>} [world.fetch]
   */
  constructor({ api, csrf, timepiece = null, fetch = (address, request) => globalThis.fetch(address, request) }) {
    this.api = api;
    this.csrf = csrf;
    this.fetch = fetch;
    this.timepiece = timepiece;
    this.token = "";
    this.pins = new Pins();
  }

  /** @param {string} event @returns {Promise<Gates>} */
  gates(event) {
    return this.#json("GET", `/events/${encodeURIComponent(event)}/gates`);
  }

  /** @param {string} event @param {string} place @returns {Promise<Counts>} */
  counts(event, place) {
    return this.#json("GET", `/events/${encodeURIComponent(event)}/places/${encodeURIComponent(place)}/counts`);
  }

  /**
   * @param {string} event
   * @param {readonly Scan[]} scans
   * @returns {Promise<Answer[]>} of the first of them at least; the others go with the next batch
   */
  async scans(event, scans) {
    const { together, headers } = this.pins.alike(scans);
    const asked = Date.now();
    const body = { sent_at: new Date(asked).toISOString(), pack: null, ...(this.timepiece ? { clock: this.timepiece.now() } : {}), scans: together.map(({ event: _, showed: __, withdrawn: ___, ...claim }) => claim) };
    /** @type {{received_at?: string, verdicts: Answer[]}} */
    const answer = await this.#json("POST", `/events/${encodeURIComponent(event)}/scans`, body, headers);
    this.pins.forget(together);
    if (answer.received_at) this.timepiece?.hear(Date.parse(answer.received_at), asked);
    return answer.verdicts;
  }

  /** Names stay out of addresses. @param {string} event @param {string} sought @returns {Promise<import("./search-panel.js").Found>} */
  search(event, sought) {
    return this.#json("POST", `/events/${encodeURIComponent(event)}/searches`, { sought });
  }

  /** A new ticket in place of a lost one. @param {string} event @param {string} number @returns {Promise<{code: string, number: string}>} */
  replace(event, number) {
    return this.#json("POST", `/events/${encodeURIComponent(event)}/replacements`, { number });
  }

  /** That new ticket was a mistake: the old one is good again. @param {string} event @param {string} number of the new one @param {string} reason @returns {Promise<{number: string}>} */
  restore(event, number, reason) {
    return this.#json("POST", `/events/${encodeURIComponent(event)}/replacements/undone`, { number, reason });
  }

  /** Everybody, for who may search without a network. @param {string} event @param {string} tag of what is known @returns {Promise<{names: import("./names.js").Listed[], tag: string} | null>} null: that is the newest */
  async names(event, tag) {
    const headers = { Authorization: `Bearer ${this.token}`, ...(tag ? { "If-None-Match": tag } : {}) };
    const answer = await this.#ask(`${this.api}/events/${encodeURIComponent(event)}/names`, { headers, credentials: "omit" }, PATIENCE_FOR_PACKS);
    return answer.status === 304 ? null : { names: (await readJson(answer)).names, tag: answer.headers.get("ETag") ?? "" };
  }

  /**
   * What the device needs to decide alone.
   *
   * @param {string} event
   * @param {{since?: string, tag?: string}} known
   * @returns {Promise<{bytes: Uint8Array<ArrayBuffer>, tag: string} | null>} null: what is known is the newest
   */
  async pack(event, { since, tag }) {
    const query = since ? `?since=${encodeURIComponent(since)}` : "";
    const headers = { Authorization: `Bearer ${this.token}`, ...(tag ? { "If-None-Match": tag } : {}) };
    const answer = await this.#ask(`${this.api}/events/${encodeURIComponent(event)}/pack${query}`, { headers, credentials: "omit" }, PATIENCE_FOR_PACKS);
    if (answer.status === 304) return null;
    try {
      return { bytes: new Uint8Array(await answer.arrayBuffer()), tag: answer.headers.get("ETag") ?? "" };
    } catch (error) {
      throw new Unreached(String(error));
    }
  }

  /**
   * What the organiser sees of this device; a server that does not want to know is left alone.
   *
   * @param {Record<string, unknown>} told
   * @param {string} language in which it answers
   * @returns {Promise<{received_at?: string, wipe?: boolean, revoked?: boolean, messages?: import("./types.js").Message[]} | null>}
   */
  contact(told, language) {
    return this.#json("POST", "/device/contact", told, { "Accept-Language": language }).catch(() => null);
  }

  /**
   * The signed-in person's own cookie makes the device; from then on its token speaks.
   *
   * @param {{event: string, gate: string, name: string, former?: readonly string[]}} wish former: ids of the devices that this browser was
   * @returns {Promise<Device>}
   */
  async enrol(wish) {
    const made = await this.#ask("/scan/devices", {
      method: "POST", body: JSON.stringify(wish), credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
    });
    return { ...(await readJson(made)), event: wish.event, gate: wish.gate };
  }

  /**
   * A code that the organiser shows makes the device: nobody signs in.
   *
   * @param {{code: string, name: string, former?: readonly string[]}} wish
   * @returns {Promise<Device>}
   */
  async pair(wish) {
    return { ...(await this.#json("POST", "/pairings", wish)), paired: true };
  }

  /** End this device; a server that does not know it any more is content too. */
  async leave() {
    try {
      await this.#json("DELETE", "/device");
    } catch (error) {
      if (!(error instanceof NotWelcome)) throw error;
    }
    this.token = "";
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [more] headers @returns {Promise<any>} */
  async #json(method, path, body, more = {}) {
    const headers = { ...more, ...(body ? { "Content-Type": "application/json" } : {}), ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}) };
    const answer = await this.#ask(`${this.api}${path}`, {
      method, headers, credentials: this.token ? "omit" : "same-origin", ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return answer.status === 204 ? null : readJson(answer);
  }

  /** @param {string} address @param {RequestInit} request @param {number} [patience] @returns {Promise<Response>} */
  async #ask(address, request, patience = PATIENCE) {
    const answer = await this.#reach(address, { ...request, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(patience) });
    if (answer.ok || answer.status === 304) return answer;
    if (answer.status < 500 && !isOurs(answer)) throw new Unreached(`status ${answer.status}`);
    if (answer.status === 401 || answer.status === 403) throw new NotWelcome((await problem(answer)).words);
    if (answer.status === 429 || answer.status === 408 || answer.status >= 500) {
      throw new (answer.status === 429 ? TooOften : Unreached)(`status ${answer.status}`, Number(answer.headers.get("Retry-After")) || 0);
    }
    const { words, code } = await problem(answer);
    throw new Unacceptable(words, code);
  }

  /** @param {string} address @param {RequestInit} request @returns {Promise<Response>} */
  async #reach(address, request) {
    try {
      return await this.fetch(address, request);
    } catch (error) {
      throw new Unreached(String(error));
    }
  }
}

/** Whether our server says no: a hall's network and a proxy do too, in words of their own, and nothing is to be lost by theirs. @param {Response} answer */
function isOurs(answer) {
  return /^application\/problem\+json\b/.test(answer.headers.get("Content-Type") ?? "");
}

/** @param {Response} answer @returns {Promise<any>} */
async function readJson(answer) {
  try {
    return await answer.json();
  } catch (error) {
    throw new Unreached(String(error)); // a portal's page or half an answer: nothing we could believe
  }
}

/** @param {Response} answer @returns {Promise<{words: string, code: string}>} what the server says is wrong */
async function problem(answer) {
  try {
    const { detail, title, code } = await answer.json();
    return { words: String(detail || title || answer.status), code: String(code ?? "") };
  } catch {
    return { words: String(answer.status), code: "" };
  }
}
