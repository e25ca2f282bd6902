/** Scans that wait, as a file: for a device that will not come back to the network. The organiser reads it in. */

/** @typedef {import("./types.js").Device} Device */
/** @typedef {import("./types.js").Scan} Scan */

/**
 * @param {Device} device
 * @param {readonly Scan[]} scans all that the server has not named yet
 * @param {Date} now
 * @returns {{name: string, text: string}} the same scans as a batch sends them, so that either way counts once
 */
export function queueFile({ device, event }, scans, now) {
  const claims = scans.filter((scan) => scan.event === event).map(({ event: _, showed: __, ...claim }) => claim);
  const file = { format: "uketsuke-scans", version: 1, event, device, saved_at: now.toISOString(), scans: claims };
  return { name: `uketsuke-${event}-${now.toISOString().slice(0, 16).replaceAll(":", "")}.json`, text: JSON.stringify(file) };
}
