/** Small things that a device brings: ids, time, a name of its own, and one page of it at a time. */

/**
 * A uuid of version 7: it begins with the time, so that what a door sends stands side by side in the database's index and
 * is written with a few pages of it instead of one for each scan.
 * @param {number} [at] milliseconds since 1970 @returns {string}
 */
export function newId(at = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (/** @type {number} */ (bytes[6]) & 0x0f) | 0x70;
  bytes[8] = (/** @type {number} */ (bytes[8]) & 0x3f) | 0x80;
  const chance = [...bytes.slice(6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const hex = Math.floor(at).toString(16).padStart(12, "0").slice(-12) + chance;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** @param {number} seconds @param {() => void} wake */
export function later(seconds, wake) {
  const timer = setTimeout(wake, seconds * 1000);
  return () => clearTimeout(timer);
}

/** One page of this device sends at a time. @param {() => Promise<void>} work @returns {Promise<void>} */
export async function oneAtATime(work) {
  if (!navigator.locks) return work();
  await navigator.locks.request("uketsuke-door-queue", work);
}

/** @param {string} run of a page @returns {string} held while it lives */
const held = (run) => `uketsuke-door-page-${run}`;

/** Tells the other pages of this device that this one lives. @param {string} run @param {LockManager | null} [locks] @returns {() => void} the browser does the same when the page goes */
export function livesAs(run, locks = globalThis.navigator?.locks) {
  /** @type {(value: void) => void} */
  let end = () => {};
  const life = new Promise((resolve) => (end = resolve));
  void locks?.request(held(run), () => life);
  return end;
}

/**
 * Something is done once a page of this device is gone: now, and waited for, if it is gone; else when it goes.
 *
 * @param {string | undefined} run undefined: of a page that nobody can tell from others
 * @param {() => Promise<void>} work
 * @param {LockManager | null} [locks]
 * @returns {Promise<void>}
 */
export async function afterPage(run, work, locks = globalThis.navigator?.locks) {
  if (!locks || run === undefined) return work();
  const isGone = await locks.request(held(run), { ifAvailable: true }, async (lock) => lock !== null && (await work(), true));
  if (!isGone) void locks.request(held(run), work).catch(console.error);
}

/** What the other pages of this device hear; null where a browser has no such thing. @returns {BroadcastChannel | null} */
export function otherPages() {
  return "BroadcastChannel" in globalThis ? new BroadcastChannel("uketsuke-door-deeds") : null;
}

/** @returns {string} a name that tells this device from the one beside it */
export function deviceName() {
  const kind = /iPhone|iPad|Android|Windows|Macintosh|CrOS|Linux/.exec(navigator.userAgent)?.[0] ?? "Browser";
  return `${kind} ${new Date().toTimeString().slice(0, 5)}`;
}

/** Hand a text to the person as a file. @param {string} name @param {string} text */
export function saveFile(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
