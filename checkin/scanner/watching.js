/** What changes elsewhere while a door works: the figures of its place, and what is on at its gate. */

import { watchCounters } from "./counters.js";

const REFRESH_PLACES = 60_000;

/**
 * @param {import("./door.js").Door} door
 * @param {object} world
 * @param {import("./server.js").Server} world.server
 * @param {Pick<import("./offline.js").Offline, "gates">} world.offline
 * @param {(contact: import("./contact.js").Contact) => void} world.onContact
 * @param {() => void} world.onReached the network is back
 * @param {() => void} world.onPlaces
 */
export function watchGate(door, { server, offline, onContact, onReached, onPlaces }) {
  const counters = watchCounters(door, server, onContact, onReached);
  const refreshPlaces = async () => {
    const found = await server.gates(door.event).catch(() => offline.gates(door.event));
    const gate = found?.gates.find(({ code }) => code === door.gate.code);
    if (!gate) return;
    door.gate = gate;
    door.place = gate.places.find(({ code }) => code === door.place.code) ?? door.place;
    onPlaces();
  };
  const places = setInterval(() => void refreshPlaces(), REFRESH_PLACES);
  return { lookNow: counters.lookNow, lookSoon: counters.lookSoon, refreshPlaces, stop: () => (counters.stop(), clearInterval(places)) };
}
