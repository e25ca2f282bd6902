/**
 * Where a device keeps its token and the scans that the server has not named yet.
 *
 * IndexedDB with strict durability: a reload, a closed page or a killed browser loses nothing. Where a browser has no
 * IndexedDB (some private windows) memory stands in, and the page says so.
 */

import { openDB } from "idb";

/** @typedef {import("./types.js").Device} Device */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").Scan} Scan */
/** @typedef {import("./types.js").Kept} Kept */
/** @typedef {import("./queue.js").Store} Store */

/** @typedef {import("./latest.js").Latest} Latest */

/**
 * @typedef {object} Keeper
 * @property {boolean} lasting whether a reload keeps what is here
 * @property {() => Promise<Device | null>} device
 * @property {(device: Device | null) => Promise<void>} keepDevice
 * @property {() => Promise<Latest | null>} latest
 * @property {(latest: Latest | null) => Promise<void>} keepLatest
 */

const NAME = "uketsuke-door";
const VERSION = 1;
/** @type {IDBTransactionOptions} */
const STRICT = { durability: "strict" };

/** @returns {Promise<Store & Keeper>} */
export async function openStore() {
  try {
    return await openDisk();
  } catch {
    return new MemoryStore();
  }
}

/** @returns {Promise<Store & Keeper>} */
async function openDisk() {
  const database = await openDB(NAME, VERSION, {
    upgrade(fresh) {
      fresh.createObjectStore("queue", { keyPath: "seq", autoIncrement: true }).createIndex("id", "id", { unique: true });
      fresh.createObjectStore("aside", { keyPath: "scan.id" });
      fresh.createObjectStore("device");
    },
    blocking: (_current, _blocked, event) => /** @type {IDBDatabase} */ (event.target).close(),
  });
  return {
    lasting: true,
    device: async () => (await database.get("device", "own")) ?? null,
    async keepDevice(device) {
      const transaction = database.transaction("device", "readwrite", STRICT);
      await (device ? transaction.store.put(device, "own") : transaction.store.delete("own"));
      await transaction.done;
    },
    latest: async () => (await database.get("device", "latest")) ?? null,
    keepLatest: async (latest) => void (await (latest ? database.put("device", latest, "latest") : database.delete("device", "latest"))),
    async add(draft) {
      const transaction = database.transaction("queue", "readwrite", STRICT);
      const seq = Number(await transaction.store.add({ ...draft }));
      await transaction.done;
      return { ...draft, seq };
    },
    oldest: (limit) => database.getAll("queue", undefined, Number.isFinite(limit) ? limit : undefined),
    async remove(ids) {
      const transaction = database.transaction("queue", "readwrite", STRICT);
      const keys = await Promise.all(ids.map((id) => transaction.store.index("id").getKey(id)));
      await Promise.all(keys.filter((key) => key !== undefined).map((key) => transaction.store.delete(key)));
      await transaction.done;
    },
    setAside: async (scan, reason) => void (await database.put("aside", { scan, reason })),
    size: () => database.count("queue"),
    aside: () => database.count("aside"),
  };
}

/** Keeps everything while the page lives. */
export class MemoryStore {
  lasting = false;
  #seq = 0;
  /** @type {Device | null} */
  #device = null;
  /** @type {Latest | null} */
  #latest = null;
  /** @type {Map<string, Scan>} */
  #queue = new Map();
  /** @type {Map<string, Kept>} */
  #aside = new Map();

  async device() {
    return this.#device;
  }

  /** @param {Device | null} device */
  async keepDevice(device) {
    this.#device = device;
  }

  async latest() {
    return this.#latest;
  }

  /** @param {Latest | null} latest */
  async keepLatest(latest) {
    this.#latest = latest;
  }

  /** @param {Draft} draft @returns {Promise<Scan>} */
  async add(draft) {
    this.#seq += 1;
    const scan = { ...draft, seq: this.#seq };
    this.#queue.set(scan.id, scan);
    return scan;
  }

  /** @param {number} limit */
  async oldest(limit) {
    return [...this.#queue.values()].slice(0, limit);
  }

  /** @param {readonly string[]} ids */
  async remove(ids) {
    for (const id of ids) this.#queue.delete(id);
  }

  /** @param {Scan} scan @param {string} reason */
  async setAside(scan, reason) {
    this.#aside.set(scan.id, { scan, reason });
  }

  async size() {
    return this.#queue.size;
  }

  async aside() {
    return this.#aside.size;
  }
}
