/** The list of marked sessions, kept on this device and nowhere else. */

/**
 * @param {string} event
 * @returns {string[]}
 */
export function kept(event) {
  try {
    const found = JSON.parse(localStorage.getItem(`uketsuke-list-${event}`) ?? "[]");
    return Array.isArray(found) ? found.filter((code) => typeof code === "string").slice(0, 100) : [];
  } catch {
    return [];
  }
}

/**
 * @param {string} event
 * @param {string[]} codes
 */
export function keep(event, codes) {
  try {
    localStorage.setItem(`uketsuke-list-${event}`, JSON.stringify([...new Set(codes)]));
  } catch {
    // A device that keeps nothing still has the address.
  }
}
