/**
 * Everybody with a ticket, for a device that may search without a network: in this page's memory alone, never on disk.
 * Forgotten with the page, when the work at the gate ends, and when the page was out of sight for ten minutes.
 */

import { alike } from "./alike.js";
import { NotWelcome, Unacceptable } from "./contact.js";

/** @typedef {import("./search-panel.js").Found} Found */
/** @typedef {import("./search-panel.js").Sought & {code: string, sought: string}} Listed */

export const HIDDEN_FOR = 600_000;
const EVERY = 60_000;
const MOST = 20;

export class Names {
  /** @type {readonly Listed[] | null} */
  #list = null;
  #tag = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #hidden;

  /** @param {Pick<import("./server.js").Server, "names">} server */
  constructor(server) {
    this.server = server;
  }

  /** @param {string} text @returns {Found | null} null: nothing is known here */
  seek(text) {
    if (!this.#list) return null;
    const words = text.split(/[\p{Z}\s]+/u).map(alike).filter(Boolean);
    const digits = text.normalize("NFKC").replace(/[^0-9]/g, "");
    const found = words.length === 0 ? [] : this.#list.filter(({ number, sought }) => number === digits || words.every((word) => sought.includes(word)));
    return { found: found.slice(0, MOST), more: found.length > MOST };
  }

  /** @param {string} number @returns {string | null} the ticket's code, if this page has it */
  codeOf(number) {
    return this.#list?.find((one) => one.number === number)?.code ?? null;
  }

  forget() {
    this.#list = null;
    this.#tag = "";
  }

  /** @param {string} event */
  async refresh(event) {
    try {
      const came = await this.server.names(event, this.#tag);
      if (!came) return;
      this.#list = came.names;
      this.#tag = came.tag;
    } catch (error) {
      if (error instanceof NotWelcome || error instanceof Unacceptable) this.forget();
    }
  }

  /** Keep the list fresh while somebody looks. @param {string} event @returns {() => void} the end */
  watch(event) {
    const look = () => {
      if (document.visibilityState === "visible") void this.refresh(event);
    };
    const turned = () => {
      clearTimeout(this.#hidden);
      if (document.visibilityState !== "visible") this.#hidden = setTimeout(() => this.forget(), HIDDEN_FOR);
      look();
    };
    look();
    const timer = setInterval(look, EVERY);
    document.addEventListener("visibilitychange", turned);
    return () => {
      clearInterval(timer);
      clearTimeout(this.#hidden);
      document.removeEventListener("visibilitychange", turned);
      this.forget();
    };
  }
}
