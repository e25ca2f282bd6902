/**
 * What the copy of an event's programme may hold, which requests it answers, and how long it lives. Pure: no cache, no
 * network, no clock. Shared by the worker, which keeps the copy, and by the pages.
 */

/** @typedef {"leave" | "pass" | "page" | "file"} Way */
/** @typedef {{method: string, mode: string, destination: string, url: string}} Asked of a request */
/** @typedef {{version: string, until: string, files: string[], pages: string[]}} List of the server, what belongs to a copy */
/** @typedef {{version: string, made: number}} Held a copy that is there; made: milliseconds */

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Begins the name of each cache; another number for another kind of copy: older ones are thrown away. */
export const CACHES = "uketsuke-programme/";
const FORMAT = `${CACHES}1/`;
/** Milliseconds that the network has before the copy is shown. */
export const PATIENCE = 3000;
/** A copy that is older is looked through again at the next visit: the texts are the release's, but places change. */
export const FRESH = 6 * HOUR;
/** A copy that is older is thrown away. */
export const OLDEST = 14 * DAY;
/** Bytes of one event's copy. */
export const MOST_BYTES = 12 * 1024 * 1024;
/** After a copy could not be made, a crowded network is left alone for so long. */
export const REST = 5 * MINUTE;

const PAGES = /^(timetable|shortlist|sessions\/[^/]+|venues\/[^/]+)?$/;
const LEFT_ALONE = /^(embed|offline\.js|offline\.json|data\/.*)$|\.ics$/;

/**
 * What the worker does with a request: `leave` it to the browser as if there were no worker; `pass` it on, and show the
 * offline page where there is no network; `page`: network first, then the copy; `file`: the copy first, its names change
 * with what is in them.
 *
 * @param {Asked} asked
 * @param {string} scope the event's own address, which ends with a slash
 * @returns {Way}
 */
export function wayOf(asked, scope) {
  const url = new URL(asked.url);
  const home = new URL(scope);
  if (asked.method !== "GET" || url.origin !== home.origin) return "leave";
  if (asked.mode !== "navigate") return url.pathname.startsWith("/static/") ? "file" : "leave";
  if (asked.destination !== "document" || !url.pathname.startsWith(home.pathname)) return "leave";
  const path = url.pathname.slice(home.pathname.length);
  if (LEFT_ALONE.test(path)) return "leave";
  return PAGES.test(path) ? "page" : "pass";
}

/**
 * Where the copy holds what an address asks for: searching and marking are the server's.
 *
 * @param {string} url
 * @param {string} scope
 */
export function placeInCopy(url, scope) {
  const { pathname } = new URL(url);
  const home = new URL(scope).pathname;
  return pathname === `${home}shortlist` ? `${home}offline/marked` : pathname;
}

/**
 * Only what the server gives to everybody: a page or file of this site, whole, as asked for, marked as public.
 *
 * @param {Pick<Response, "status" | "type" | "redirected" | "headers">} answer
 */
export function mayBeKept(answer) {
  const said = (answer.headers.get("Cache-Control") ?? "").toLowerCase().split(",").map((one) => one.trim());
  const forAll = said.includes("public") && !said.includes("no-store") && !said.includes("private");
  return answer.status === 200 && answer.type === "basic" && !answer.redirected && forAll;
}

/**
 * Whether a page that was just loaded is kept in place of the older one: the plain address alone, never what was searched.
 *
 * @param {string} url
 */
export function isPlain(url) {
  return new URL(url).search === "";
}

/**
 * @param {Held | null} held
 * @param {string} version of the page that a reader just loaded
 * @param {number} now milliseconds
 * @param {number} failed when a copy could last not be made; 0 for never
 */
export function isDue(held, version, now, failed) {
  if (now - failed < REST) return false;
  return held === null || held.version !== version || now - held.made > FRESH;
}

/**
 * @param {number} made when the copy was made, milliseconds
 * @param {string} until when the event is over
 * @param {number} now milliseconds
 */
export function isOver(made, until, now) {
  return now >= Date.parse(until) || now - made > OLDEST;
}

/** The part of a cache's name that all copies of one event share. @param {string} scope */
export function nameOf(scope) {
  return `${FORMAT}${new URL(scope).pathname}|`;
}

/**
 * Caches of this event, the newest first; those of another format too, which nobody can read any more, under `old`.
 *
 * @param {readonly string[]} names
 * @param {string} scope
 */
export function copiesAmong(names, scope) {
  const path = `/${new URL(scope).pathname}|`;
  const own = names.filter((name) => name.startsWith(CACHES) && name.includes(path));
  const age = (/** @type {string} */ name) => Number(name.slice(name.lastIndexOf("|") + 1));
  return {
    readable: own.filter((name) => name.startsWith(FORMAT)).sort((one, other) => age(other) - age(one)),
    old: own.filter((name) => !name.startsWith(FORMAT)),
  };
}

/**
 * The pages of the sessions that a reader marked belong to the copy however long the programme is.
 *
 * @param {List} list
 * @param {readonly string[]} codes
 * @param {string} scope
 */
export function addressesOf(list, codes, scope) {
  const marked = codes.filter((code) => /^[\w-][\w.-]{0,79}$/.test(code)).slice(0, 100);
  return [...new Set([...list.files, ...list.pages, ...marked.map((code) => `${new URL(scope).pathname}sessions/${code}`)])];
}

/**
 * The page as it was kept, but that it says of itself that it comes from the copy, and of when.
 *
 * @param {string} html
 * @param {Date} kept
 */
export function marked(html, kept) {
  return html.replace(/<html(?=[\s>])/, `<html data-kept="${kept.toISOString()}"`);
}

/**
 * How old something is, in the largest unit of which there are at least two.
 *
 * @param {number} milliseconds
 * @returns {["moment" | "minutes" | "hours" | "days", number]}
 */
export function age(milliseconds) {
  if (milliseconds < 2 * MINUTE) return ["moment", 0];
  if (milliseconds < 2 * HOUR) return ["minutes", Math.floor(milliseconds / MINUTE)];
  if (milliseconds < 2 * DAY) return ["hours", Math.floor(milliseconds / HOUR)];
  return ["days", Math.floor(milliseconds / DAY)];
}
