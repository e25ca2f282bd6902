/** What the copy of a programme may hold and answer, and how long it lives. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  FRESH,
  MOST_BYTES,
  OLDEST,
  PATIENCE,
  REST,
  addressesOf,
  age,
  copiesAmong,
  isDue,
  isOver,
  isPlain,
  marked,
  mayBeKept,
  nameOf,
  placeInCopy,
  wayOf,
} from "../../../app/static/js/offline/rules.js";

const SITE = "https://city.example.jp";
const SCOPE = `${SITE}/events/fair/`;
const NOW = Date.parse("2026-10-03T03:00:00Z");

/** @param {string} path @param {object} [more] */
const way = (path, more) => wayOf({ method: "GET", mode: "navigate", destination: "document", url: SITE + path, ...more }, SCOPE);

test("the programme's pages come from the network first and then from the copy", () => {
  const pages = ["", "timetable", "timetable?q=robot&day=2026-10-03", "shortlist?s=talk", "sessions/talk", "venues/city-hall"];
  assert.deepEqual(pages.map((one) => way(`/events/fair/${one}`)), pages.map(() => "page"));
});

test("the event's other pages are passed on and never kept", () => {
  const pages = ["register", "register?session=talk", "register/class", "find", "mail-sent", "privacy", "figures", "room", "print",
    "sessions/talk/draw", "offline"];
  assert.deepEqual(pages.map((one) => way(`/events/fair/${one}`)), pages.map(() => "pass"));
});

test("nothing outside the event is touched, nor what other programs and frames read", () => {
  const paths = ["/", "/r/secret", "/r/secret/change", "/p/secret", "/t/CODE", "/console/", "/console/events/fair/", "/sign-in", "/scan/",
    "/display?lang=en", "/api/v1/events/fair", "/events/fair-2/", "/events/fair", "/events/fair/embed", "/events/fair/offline.js",
    "/events/fair/offline.json", "/events/fair/data/programme.json", "/events/fair/sessions/talk.ics", "/events/fair/tracks/one.ics"];
  assert.deepEqual(paths.map((one) => way(one)), paths.map(() => "leave"));
});

test("what is sent, framed, or asked for by a script is left to the browser", () => {
  const path = "/events/fair/timetable";
  assert.equal(way(path, { method: "POST" }), "leave");
  assert.equal(way("/events/fair/register", { method: "POST" }), "leave");
  assert.equal(way(path, { method: "HEAD" }), "leave");
  assert.equal(way(path, { destination: "iframe" }), "leave");
  assert.equal(way("/events/fair/room", { mode: "cors", destination: "" }), "leave");
  assert.equal(wayOf({ method: "GET", mode: "navigate", destination: "document", url: "https://other.example/events/fair/" }, SCOPE), "leave");
});

test("styles, scripts and pictures come from the copy, of this site alone", () => {
  const asked = { mode: "no-cors", destination: "style" };
  assert.equal(way("/static/dist/site-ABC.css", asked), "file");
  assert.equal(wayOf({ method: "GET", url: "https://other.example/static/a.css", ...asked }, SCOPE), "leave");
  assert.equal(way("/r/secret", asked), "leave");
});

test("only what the server gives to everybody may be kept", () => {
  /** @param {string | null} control @param {object} [more] */
  const kept = (control, more) =>
    mayBeKept({ status: 200, type: "basic", redirected: false, headers: new Headers(control ? { "Cache-Control": control } : {}), ...more });
  assert.equal(kept("public, no-cache"), true);
  assert.equal(kept("Public, max-age=3600"), true);
  for (const control of [null, "no-cache", "no-store", "private, no-cache", "public, no-store", "public, private"]) {
    assert.equal(kept(control), false, String(control));
  }
  for (const more of [{ status: 204 }, { status: 206 }, { status: 302 }, { status: 404 }, { status: 500 }, { redirected: true },
    { type: "opaque" }, { type: "opaqueredirect" }, { type: "cors" }]) {
    assert.equal(kept("public", more), false, JSON.stringify(more));
  }
});

test("a search shows the whole timetable, the list of stars a page of its own, all else itself", () => {
  assert.equal(placeInCopy(`${SCOPE}timetable?q=x`, SCOPE), "/events/fair/timetable");
  assert.equal(placeInCopy(`${SCOPE}shortlist?s=a&s=b`, SCOPE), "/events/fair/offline/marked");
  assert.equal(placeInCopy(`${SCOPE}sessions/talk?lang=en`, SCOPE), "/events/fair/sessions/talk");
  assert.deepEqual([`${SCOPE}timetable`, `${SCOPE}timetable?s=a`].map(isPlain), [true, false]);
});

test("a copy is made when there is none, for another version, and when it is not fresh; not right after a failure", () => {
  const held = { version: "one", made: NOW - FRESH };
  assert.equal(isDue(null, "one", NOW, 0), true);
  assert.equal(isDue(held, "one", NOW, 0), false);
  assert.equal(isDue(held, "one", NOW + 1, 0), true);
  assert.equal(isDue(held, "two", NOW, 0), true);
  assert.equal(isDue(null, "one", NOW, NOW - REST + 1), false);
  assert.equal(isDue(null, "one", NOW, NOW - REST), true);
});

test("a copy is thrown away when the event is over, and when it is too old", () => {
  const until = "2026-10-04T19:00:00+00:00";
  assert.equal(isOver(NOW, until, Date.parse(until) - 1), false);
  assert.equal(isOver(NOW, until, Date.parse(until)), true);
  assert.equal(isOver(NOW, "2027-01-01T00:00:00Z", NOW + OLDEST), false);
  assert.equal(isOver(NOW, "2027-01-01T00:00:00Z", NOW + OLDEST + 1), true);
});

test("copies of other events, of the door and of other programs are never taken for this event's", () => {
  const own = [`${nameOf(SCOPE)}5`, `${nameOf(SCOPE)}20`];
  const others = [`${nameOf(`${SITE}/events/fair-2/`)}7`, `${nameOf(`${SITE}/events/`)}7`, "uketsuke-door-1", "else|/events/fair/|1"];
  const older = "uketsuke-programme/0//events/fair/|9";
  assert.deepEqual(copiesAmong([...own, ...others, older], SCOPE), { readable: [own[1], own[0]], old: [older] });
});

test("a copy holds files, pages, and the sessions that a reader marked, once each and no strange addresses", () => {
  const list = { version: "one", until: "", files: ["/static/a.css"], pages: ["/events/fair/", "/events/fair/sessions/talk"] };
  const codes = ["talk", "late", "../../r/secret", "a/b", "x?y", "..", ""];
  assert.deepEqual(addressesOf(list, codes, SCOPE), [...list.files, ...list.pages, "/events/fair/sessions/late"]);
});

test("a page of the copy says so in one place and is otherwise as it was kept", () => {
  const html = '<!doctype html>\n<html lang="ja">\n<body>&lt;html <code><html></code></body></html>';
  assert.equal(marked(html, new Date(NOW)), html.replace('<html lang', '<html data-kept="2026-10-03T03:00:00.000Z" lang'));
});

test("how old something is, in units of which there are two", () => {
  const minute = 60_000;
  const told = [-5, 0, 119_999, 2 * minute, 119.5 * minute, 120 * minute, 47.9 * 60 * minute, 48 * 60 * minute].map(age);
  assert.deepEqual(told, [["moment", 0], ["moment", 0], ["moment", 0], ["minutes", 2], ["minutes", 119], ["hours", 2], ["hours", 47], ["days", 2]]);
});

test("a hall's network is not waited for long, and the copy is bounded", () => {
  assert.ok(PATIENCE <= 3000);
  assert.ok(MOST_BYTES <= 12 * 1024 * 1024);
});
