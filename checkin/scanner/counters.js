/** Asks for the figures of the place every few seconds while somebody can see them. */

import { NotWelcome, Unreached } from "./contact.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./server.js").Server} Server */

const EVERY = 4000;
/** When the server cannot be reached, the scans on their way try often enough. */
const EVERY_UNREACHED = 6000;
/** After a verdict the figures follow as soon as this, however many people come in meanwhile. */
const SOON = 1000;

/**
 * @param {Door} door
 * @param {Pick<Server, "counts">} server
 * @param {(contact: import("./contact.js").Contact) => void} onContact what came of asking
 * @param {() => void} onBack the server answers again: what waits can go out
 * @returns {{stop: () => void, lookNow: () => void, lookSoon: () => void}}
 */
export function watchCounters(door, server, onContact, onBack) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let stopped = false;
  let looking = false;
  let soon = false;

  const look = async () => {
    if (looking) return;
    clearTimeout(timer);
    if (stopped || document.visibilityState !== "visible") return;
    looking = true;
    soon = false;
    const before = door.contact;
    await lookOnce(door, server, onContact);
    if (before !== "reached" && door.contact === "reached") onBack();
    looking = false;
    timer = setTimeout(look, door.contact !== "reached" ? EVERY_UNREACHED : soon ? SOON : EVERY);
  };
  const lookSoon = () => {
    if (soon || stopped) return;
    soon = true;
    if (looking) return;
    clearTimeout(timer);
    timer = setTimeout(look, SOON);
  };
  document.addEventListener("visibilitychange", look);
  void look();
  return {
    lookNow: () => void look(),
    lookSoon,
    stop() {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    },
  };
}

/** @param {Door} door @param {Pick<Server, "counts">} server @param {(contact: import("./contact.js").Contact) => void} onContact */
async function lookOnce(door, server, onContact) {
  const mark = door.tally.mark();
  try {
    door.look(await server.counts(door.event, door.place.code), mark);
    onContact("reached");
  } catch (error) {
    if (error instanceof NotWelcome) onContact("refused");
    else if (error instanceof Unreached) onContact("unreached");
    else console.error(error);
  }
}
