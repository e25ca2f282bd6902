/** Scans that wait, as a file: for a device that will not come back to the network. The organiser reads it in. */

/** @typedef {import("./types.js").Device} Device */
/** @typedef {import("./types.js").Scan} Scan */

/** So many scans make a file that the organiser's page takes in one piece. */
export const MOST = 2000;

/**
 * @param {Device} device
 * @param {readonly Scan[]} scans all that the server has not named yet, in the order they happened
 * @param {Date} now
 * @returns {{name: string, text: string}[]} the same scans as a batch sends them, so that either way counts once; to be read in in this order
 */
export function queueFiles({ device, event }, scans, now) {
  const claims = scans.filter((scan) => scan.event === event).map(({ event: _, showed: __, withdrawn: ___, ...claim }) => claim);
  const parts = Math.max(1, Math.ceil(claims.length / MOST));
  const stamp = `uketsuke-${event}-${now.toISOString().slice(0, 16).replaceAll(":", "")}`;
  return Array.from({ length: parts }, (_, part) => {
    const file = { format: "uketsuke-scans", version: 1, event, device, saved_at: now.toISOString(), scans: claims.slice(part * MOST, (part + 1) * MOST) };
    return { name: parts > 1 ? `${stamp}-${part + 1}-of-${parts}.json` : `${stamp}.json`, text: JSON.stringify(file) };
  });
}
