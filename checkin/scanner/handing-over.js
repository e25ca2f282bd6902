/** Scans that the server has not taken, as a file: for a device that will not come back to the network. The organiser reads it in. */

/** @typedef {import("./types.js").Scan} Scan */

/** So many scans make a file that the organiser's page takes in one piece. */
export const MOST = 2000;

/**
 * @param {Readonly<Record<string, string>>} devices id of the device that made them, by event
 * @param {readonly Scan[]} scans all that the server has not taken, in the order they happened
 * @param {Date} now
 * @returns {{name: string, text: string}[]} the same scans as a batch sends them, so that either way counts once, with what the queue knows beside them; of one event each, to be read in in this order
 */
export function queueFiles(devices, scans, now) {
  return [...new Set(scans.map(({ event }) => event))].flatMap((event) => filesOf(event, devices[event] ?? "", scans.filter((scan) => scan.event === event), now));
}

/** @param {string} event @param {string} device @param {readonly Scan[]} scans @param {Date} now */
function filesOf(event, device, scans, now) {
  const claims = scans.map(({ event: _, ...kept }) => kept);
  const parts = Math.ceil(claims.length / MOST);
  const stamp = `uketsuke-${event}-${now.toISOString().slice(0, 16).replaceAll(":", "")}`;
  return Array.from({ length: parts }, (_, part) => {
    const file = { format: "uketsuke-scans", version: 1, event, device, saved_at: now.toISOString(), scans: claims.slice(part * MOST, (part + 1) * MOST) };
    return { name: parts > 1 ? `${stamp}-${part + 1}-of-${parts}.json` : `${stamp}.json`, text: JSON.stringify(file) };
  });
}
