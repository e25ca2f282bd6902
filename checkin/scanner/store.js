/**
 * Where a device keeps its token and the scans that the server has not named yet.
 *
 * IndexedDB with strict durability: a reload, a closed page or a killed browser loses nothing. Where a browser has no
 * IndexedDB (some private windows) memory stands in, and the page says so.
 */

import { openDB } from "idb";

import { withdrawn } from "./numbers.js";

/** @typedef {import("./types.js").Device} Device */
/** @typedef {import("./types.js").Deed} Deed */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").Scan} Scan */
/** @typedef {import("./types.js").Kept} Kept */
/** @typedef {import("./queue.js").Store} Store */

/** @typedef {import("./latest.js").Latest} Latest */

/**
 * The pack as it is kept. offset: milliseconds by which the server's clock is ahead; asOf: when the server last said that
 * the pack is the newest, by the device's clock; wholeAt: when all of it came.
 *
 * @typedef {{event: string, tag: string, bytes: Uint8Array, offset: number, asOf: number, wholeAt: number}} KeptPack
 */

/**
 * @typedef {object} Keeper
 * @property {boolean} lasting whether a reload keeps what is here
 * @property {() => Promise<Device | null>} device
 * @property {(device: Device | null) => Promise<void>} keepDevice
 * @property {() => Promise<Readonly<Record<string, string>>>} former ids of the devices that this one was while scans waited or lay aside, by event
 * @property {() => Promise<Latest | null>} latest
 * @property {(latest: Latest | null) => Promise<void>} keepLatest
 * @property {() => Promise<KeptPack | null>} pack
 * @property {(pack: KeptPack | null) => Promise<void>} keepPack
 * @property {() => Promise<Deed[]>} deeds
 * @property {(deed: Deed) => Promise<void>} keepDeed
 * @property {(ids: readonly string[]) => Promise<void>} dropDeeds
 */

const NAME = "uketsuke-door";
const VERSION = 2;
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
  /** @type {Promise<import("idb").IDBPDatabase> | null} */
  let opened = null;
  /** What this page knows of the device and its list. @type {Map<string, unknown>} */
  const known = new Map();
  let isEmptied = false;
  /** A browser that needs room may empty the disk under a page: the device stays what it was. @param {import("idb").IDBPDatabase} fresh */
  const restored = async (fresh) => {
    const { store, done } = fresh.transaction("device", "readwrite", STRICT);
    for (const [key, value] of known) {
      if ((await store.getKey(key)) !== undefined) continue;
      isEmptied = true;
      await store.put(value, key);
    }
    await done;
    return fresh;
  };
  /** @template T @param {string} key @param {T | null} value @returns {T | null} */
  const noted = (key, value) => (value ? known.set(key, value) : known.delete(key), value);
  // A browser may take the connection away, as phones do with pages that were out of sight: it is made anew.
  const disk = () => /** @type {Promise<import("idb").IDBPDatabase>} */ (opened ??= openDB(NAME, VERSION, {
    upgrade(fresh, before) {
      if (before < 1) {
        fresh.createObjectStore("queue", { keyPath: "seq", autoIncrement: true }).createIndex("id", "id", { unique: true });
        fresh.createObjectStore("aside", { keyPath: "scan.id" });
        fresh.createObjectStore("device");
      }
      fresh.createObjectStore("deeds", { keyPath: "id" });
    },
    blocking: (_current, _blocked, event) => {
      opened = null;
      /** @type {IDBDatabase} */ (event.target).close();
    },
    terminated: () => (opened = null),
  }).then(restored).catch((error) => {
    opened = null;
    throw error;
  }));
  await disk();
  return {
    lasting: true,
    device: async () => noted("own", (await (await disk()).get("device", "own")) ?? null),
    async keepDevice(device) {
      const transaction = (await disk()).transaction(["device", "queue", "aside"], "readwrite", STRICT);
      const own = transaction.objectStore("device");
      const kept = (await transaction.objectStore("queue").count()) + (await transaction.objectStore("aside").count());
      const former = kept > 0 ? remembering(await own.get("former"), await own.get("own")) : null;
      await (former ? own.put(former, "former") : own.delete("former"));
      await (device ? own.put(device, "own") : own.delete("own"));
      await transaction.done;
      noted("own", device);
    },
    takeEmptied: () => isEmptied && !(isEmptied = false),
    former: async () => (await (await disk()).get("device", "former")) ?? {},
    latest: async () => (await (await disk()).get("device", "latest")) ?? null,
    keepLatest: async (latest) => void (await (latest ? (await disk()).put("device", latest, "latest") : (await disk()).delete("device", "latest"))),
    pack: async () => noted("pack", (await (await disk()).get("device", "pack")) ?? null),
    async keepPack(pack) {
      await (noted("pack", pack) ? (await disk()).put("device", pack, "pack") : (await disk()).delete("device", "pack"));
    },
    deeds: async () => (await disk()).getAll("deeds"),
    keepDeed: async (deed) => void (await (await disk()).put("deeds", deed)),
    async dropDeeds(ids) {
      const transaction = (await disk()).transaction("deeds", "readwrite");
      await Promise.all([...ids.map((id) => transaction.store.delete(id)), transaction.done]);
    },
    async add(draft, deed) {
      const transaction = (await disk()).transaction(["queue", "deeds"], "readwrite", STRICT);
      const seq = Number(await transaction.objectStore("queue").add({ ...draft }));
      if (deed) await writeDeed(transaction.objectStore("deeds"), deed);
      await transaction.done;
      return { ...draft, seq };
    },
    oldest: async (limit) => (await disk()).getAll("queue", undefined, Number.isFinite(limit) ? limit : undefined),
    async showed(id, verdict, deed) {
      const transaction = (await disk()).transaction(["queue", "deeds"], "readwrite", STRICT);
      const queue = transaction.objectStore("queue");
      const scan = await queue.index("id").get(id);
      if (scan) await queue.put({ ...scan, showed: verdict });
      if (scan && deed) await writeDeed(transaction.objectStore("deeds"), deed);
      await transaction.done;
      return Boolean(scan);
    },
    async withdraw(id) {
      const { store, done } = (await disk()).transaction("queue", "readwrite", STRICT);
      const scan = await store.index("id").get(id);
      if (scan) await store.put(withdrawn(scan));
      await done;
    },
    async remove(ids, after = () => null) {
      const transaction = (await disk()).transaction("queue", "readwrite", STRICT);
      for (const id of ids) {
        const scan = await transaction.store.index("id").get(id);
        if (!scan) continue;
        const next = after(scan);
        if (next && !(await transaction.store.index("id").getKey(next.id))) await transaction.store.put({ ...next, seq: scan.seq });
        else await transaction.store.delete(scan.seq);
      }
      await transaction.done;
    },
    setAside: async (scan, reason) => void (await (await disk()).put("aside", { scan, reason })),
    size: async () => (await disk()).count("queue"),
    aside: async () => (await disk()).count("aside"),
    asideScans: async () => (await (await disk()).getAll("aside")).map(({ scan }) => scan),
  };
}

/** @param {{put: (deed: Deed) => Promise<unknown>, delete: (id: string) => Promise<unknown>}} deeds @param {Deed} deed an undo leaves nothing of both */
async function writeDeed(deeds, deed) {
  await (deed.undoes ? deeds.delete(deed.undoes) : deeds.put(deed));
}

/** @param {Readonly<Record<string, string>> | undefined} former @param {Device | undefined} device that ends @returns {Record<string, string>} */
function remembering(former, device) {
  return { ...former, ...(device ? { [device.event]: device.device } : {}) };
}

/** Keeps everything while the page lives. */
export class MemoryStore {
  lasting = false;
  #seq = 0;
  /** @type {Device | null} */
  #device = null;
  /** @type {Record<string, string>} */
  #former = {};
  /** @type {Latest | null} */
  #latest = null;
  /** @type {Map<string, Scan>} */
  #queue = new Map();
  /** @type {Map<string, Kept>} */
  #aside = new Map();
  /** @type {Map<string, Deed>} */
  #deeds = new Map();
  /** @type {KeptPack | null} */
  #pack = null;

  async device() {
    return this.#device;
  }

  /** @param {Device | null} device */
  async keepDevice(device) {
    this.#former = this.#queue.size + this.#aside.size > 0 ? remembering(this.#former, this.#device ?? undefined) : {};
    this.#device = device;
  }

  async former() {
    return this.#former;
  }

  async latest() {
    return this.#latest;
  }

  /** @param {Latest | null} latest */
  async keepLatest(latest) {
    this.#latest = latest;
  }

  async pack() {
    return this.#pack;
  }

  /** @param {KeptPack | null} pack */
  async keepPack(pack) {
    this.#pack = pack;
  }

  async deeds() {
    return [...this.#deeds.values()];
  }

  /** @param {Deed} deed */
  async keepDeed(deed) {
    this.#deeds.set(deed.id, deed);
  }

  /** @param {readonly string[]} ids */
  async dropDeeds(ids) {
    for (const id of ids) this.#deeds.delete(id);
  }

  /** @param {Draft} draft @param {Deed | null} [deed] @returns {Promise<Scan>} */
  async add(draft, deed) {
    this.#seq += 1;
    const scan = { ...draft, seq: this.#seq };
    this.#queue.set(scan.id, scan);
    if (deed) await (deed.undoes ? this.dropDeeds([deed.undoes]) : this.keepDeed(deed));
    return scan;
  }

  /** @param {string} id @param {import("./types.js").Verdict} verdict @param {Deed | null} deed */
  async showed(id, verdict, deed) {
    const scan = this.#queue.get(id);
    if (scan) this.#queue.set(id, { ...scan, showed: verdict });
    if (scan && deed) await (deed.undoes ? this.dropDeeds([deed.undoes]) : this.keepDeed(deed));
    return Boolean(scan);
  }

  /** @param {string} id */
  async withdraw(id) {
    const scan = this.#queue.get(id);
    if (scan) this.#queue.set(id, withdrawn(scan));
  }

  /** @param {number} limit */
  async oldest(limit) {
    return [...this.#queue.values()].sort((one, other) => Number(one.seq) - Number(other.seq)).slice(0, limit);
  }

  /** @param {readonly string[]} ids @param {(scan: Scan) => Draft | null} [after] */
  async remove(ids, after = () => null) {
    for (const id of ids) {
      const scan = this.#queue.get(id);
      const next = scan && after(scan);
      this.#queue.delete(id);
      if (next && !this.#queue.has(next.id)) this.#queue.set(next.id, { ...next, seq: scan.seq });
    }
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

  async asideScans() {
    return [...this.#aside.values()].map(({ scan }) => scan);
  }
}
