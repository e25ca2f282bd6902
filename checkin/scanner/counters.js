/** Asks for the figures of the place every few seconds while somebody can see them. */

import { NotWelcome, Unreached } from "./queue.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./server.js").Server} Server */

const EVERY = 4000;
/** When the server cannot be reached, the scans on their way try often enough. */
const EVERY_UNREACHED = 6000;

/**
 * @param {Door} door
 * @param {Pick<Server, "counts">} server
 * @param {() => void} onBack the server answers again: what waits can go out
 * @returns {{stop: () => void, lookNow: () => void}}
 */
export function watchCounters(door, server, onBack) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let stopped = false;
  let looking = false;

  const look = async () => {
    clearTimeout(timer);
    if (stopped || looking || document.visibilityState !== "visible") return;
    looking = true;
    const before = door.contact;
    await lookOnce(door, server);
    if (before !== "reached" && door.contact === "reached") onBack();
    looking = false;
    timer = setTimeout(look, door.contact === "reached" ? EVERY : EVERY_UNREACHED);
  };
  document.addEventListener("visibilitychange", look);
  void look();
  return {
    lookNow: () => void look(),
    stop() {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    },
  };
}

/** @param {Door} door @param {Pick<Server, "counts">} server */
async function lookOnce(door, server) {
  const mark = door.tally.mark();
  try {
    door.look(await server.counts(door.event, door.place.code), mark);
    door.heard("reached");
  } catch (error) {
    if (error instanceof NotWelcome) door.heard("refused");
    else if (error instanceof Unreached) door.heard("unreached");
    else console.error(error);
  }
}
