/**
 * The last few readings and taps, as they are kept over a reload: without names, notes and ticket codes.
 *
 * A code is kept in the queue alone, until the server has answered: what waits there is recognised by its id.
 */

import { dropped } from "./numbers.js";
import { isCounted } from "./verdicts.js";

/** @typedef {import("./door.js").Case} Case */
/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./tally.js").Tap} Tap */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").Scan} Scan */

/** @typedef {import("./places.js").Chosen} Chosen */
/** @typedef {import("./room-counts.js").RoomCount} RoomCount */
/** @typedef {import("./tally.js").Sums} Sums */

/**
 * Newest case first, newest tap last. `sums`: what this device had counted at `at`, by place.
 *
 * @typedef {{event: string, gate: string, cases: Case[], taps: Tap[], rooms?: RoomCount[], sums?: Sums, at?: string, chosen?: Chosen | null}} Latest
 */
/** @typedef {{past: Case[], taps: Tap[], rooms?: RoomCount[], sums?: Sums, isIn?: (tap: Tap) => boolean, chosen?: Chosen | null}} Recalled */

const FEW = 10;

/** @param {Door} door @returns {Latest} */
export function latestOf(door) {
  const cases = door.past.filter((one) => one.answer?.verdict !== "confirm_party").slice(0, FEW).map(bare);
  return {
    event: door.event, gate: door.gate.code, cases, taps: door.tally.standing().slice(-FEW), rooms: [...door.rooms.standing()],
    sums: door.tally.sums(), at: door.now().toISOString(), chosen: door.chosen,
  };
}

/**
 * @param {Latest | null} kept
 * @param {readonly Scan[]} waiting in the queue
 * @param {{event: string, gate: string}} here
 * @returns {Recalled} what waits is as it was; of what neither waits nor was answered nobody knows any more
 */
export function recall(kept, waiting, { event, gate }) {
  if (kept?.event !== event || kept.gate !== gate) return { past: [], taps: [] };
  const byId = new Map(waiting.map((scan) => [scan.id, scan]));
  const past = kept.cases.flatMap((one) => {
    const scan = byId.get(one.draft?.id ?? "");
    if (one.stage === "answered") return [one];
    if (scan?.withdrawn) return [/** @type {Case} */ ({ ...one, answer: dropped(scan.id), stage: "answered", late: true })];
    return scan ? [/** @type {Case} */ ({ ...one, draft: scan, stage: "waiting" })] : [];
  });
  /** @template {{id: string, state: "sent" | "stored"}} One @param {One} one @returns {One} */
  const asItIs = (one) => ({ ...one, state: byId.has(one.id) ? "sent" : "stored" });
  const known = new Set(kept.taps.map(({ id }) => id));
  const later = waiting.filter((scan) => kept.at !== undefined && scan.at > kept.at && !known.has(scan.id)).flatMap(tapOf);
  return {
    past, taps: [...kept.taps.map(asItIs), ...later], rooms: (kept.rooms ?? []).map(asItIs), sums: kept.sums ?? {},
    chosen: kept.chosen, isIn: ({ id }) => kept.sums !== undefined && known.has(id),
  };
}

/** Which of its places somebody chose at this gate. @param {Latest | null} kept @param {{event: string, gate: string}} here */
export function chosenIn(kept, { event, gate }) {
  return kept?.event === event && kept.gate === gate ? (kept.chosen ?? null) : null;
}

/** A tap or head count that was kept on disk, and not shown any more before the page went. @param {Scan} scan @returns {Tap[]} */
function tapOf({ id, place, act, code, new_code, number, people, new_today }) {
  const [category, by] = Object.entries(people ?? {})[0] ?? [];
  if (code || new_code || number || !category || !["walk_in", "head_count"].includes(act)) return [];
  return [{ id, place, category, state: "sent", by, fresh: new_today }];
}

/** The ids of what waited for an answer. @param {Recalled} latest @returns {string[]} */
export function unansweredIn({ past, taps }) {
  return [...past.filter(({ stage }) => stage === "waiting").map(({ draft }) => draft?.id ?? ""), ...taps.filter(({ state }) => state === "sent").map(({ id }) => id)];
}

/** An answer that came while no door was working. @param {Latest | null} kept @param {Answer} answer @param {Scan} scan @returns {Latest | null} */
export function withAnswer(kept, answer, scan) {
  if (!kept) return null;
  const answered = bare({ draft: scan, answer, stage: "answered", at: Date.parse(scan.at), late: true });
  const cases = kept.cases.map((one) => (one.draft?.id === scan.id ? { ...answered, at: one.at } : one));
  const isIn = scan.showed === "counted" && Boolean(answer.verdict);
  if (isIn || isCounted(answer.verdict) || !kept.taps.some(({ id }) => id === scan.id)) return { ...kept, cases };
  const sums = kept.sums && without(kept.sums, scan);
  return { ...kept, cases: [answered, ...cases].slice(0, FEW), taps: kept.taps.filter(({ id }) => id !== scan.id), sums };
}

/** What was counted, less what the server did not take. @param {Sums} sums @param {Scan} scan @returns {Sums} */
function without(sums, { place, people = {} }) {
  const here = Object.entries(sums[place] ?? {}).map(([category, number]) => [category, number - (people[category] ?? 0)]);
  return { ...sums, [place]: Object.fromEntries(here) };
}

/** @param {Case} one @returns {Case} */
function bare({ number: _, ...one }) {
  return { ...one, draft: one.draft && bareDraft(one.draft), answer: one.answer && bareAnswer(one.answer) };
}

/** @param {Draft} draft @returns {Draft} */
function bareDraft({ id, event, at, gate, place, act, code, direction, people, undoes }) {
  return { id, event, at, gate, place, act, direction, undoes, ...(code ? {} : { people }) };
}

/** @param {Answer} answer @returns {Answer} */
function bareAnswer({ id, verdict, person, error, conflict, window, event }) {
  return { id, verdict, error, conflict, window, event, person: person?.category ? { name: null, category: person.category, note: null } : null };
}
