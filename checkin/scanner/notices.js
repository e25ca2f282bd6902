/** What is told above the work: a device that is stopped or full, a missing network, what became of something, what is on now. */

import { fill, h, icon, refill, spoken } from "./element.js";
import { whereabouts, words } from "./messages.js";
import { alsoOn, toSuggest } from "./places.js";
import { whichPlace } from "./which-place.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {object} world
 * @param {boolean} world.lasting whether the browser keeps anything
 * @param {() => void} world.onSave unsent scans as a file
 * @param {() => void} world.onGoIn
 * @returns {{element: HTMLElement, render: () => void}}
 */
export function noticesPart(voice, door, { lasting, onSave, onGoIn }) {
  const element = h("section", { class: "notes", "aria-label": voice.plainly("notices") });
  const heard = h("p", { class: "visually-hidden", role: "status" });
  let told = "";
  /** A message is told to a screen reader once: in a part of the page that is there before its words. */
  const tell = () => {
    const [one] = door.judge?.messages.unseen ?? [];
    if ((one?.id ?? "") === told) return;
    told = one?.id ?? "";
    fill(heard, one && spoken(h("span", {}, whereabouts(voice, one), words(voice, one))));
  };
  const render = () => {
    tell();
    const at = door.now().getTime(), now = toSuggest(door.gate.places, door.place, door.chosen, at);
    refill(element, heard,
      door.contact === "refused" && h("p", { class: "note is-stopped" }, h("span", {}, voice.say(door.isPaired ? "stopped_device_next" : "refused_device_next")), " ", h("a", { href: location.pathname }, voice.say(door.isPaired ? "pair_again" : "sign_in_again"))),
      door.unwritten > 0 && h("p", { class: "note is-full", role: "alert" }, icon("caution"), voice.say("device_full", { n: door.unwritten }), small(voice.say("save_unsent"), onSave), h("span", { class: "note-next" }, voice.say("device_full_next"))),
      door.contact === "unreached" && door.unwritten === 0 && offline(voice, door),
      message(voice, door, render),
      !lasting && door.contact !== "reached" && h("p", { class: "note" }, voice.say("not_lasting")),
      door.direction === "out" && h("p", { class: "note is-leave" }, icon("leave"), voice.say("leaving_now"), small(voice.say("going_in"), onGoIn)),
      now && h("p", { class: "note is-now" }, h("span", {}, voice.say("now_here", { title: voice.local(now.name) }), whichPlace(voice, now, door.place)),
        small(voice.say("switch_to"), () => enter(door, now))),
      also(voice, door, alsoOn(door.gate.places, [door.place, now], at)));
  };
  return { element, render };
}

/** @param {import("./element.js").Child} words @param {() => void} onclick */
function small(words, onclick) {
  return h("button", { type: "button", class: "button is-small", onclick }, words);
}

/** At a door of several rooms: each other one by one tap, in one row. @param {Voice} voice @param {Door} door @param {readonly import("./types.js").Place[]} places */
function also(voice, door, places) {
  return places.length > 0 && h("div", { class: "note is-also", role: "group", "aria-label": voice.plainly("also_on") }, h("span", { class: "soft" }, voice.say("also_on")),
    places.map((place) => small([h("span", { class: "also-name" }, voice.local(place.name)), whichPlace(voice, place, door.place)], () => enter(door, place))));
}

/** As the gate has it by then. @param {Door} door @param {import("./types.js").Place} place */
function enter(door, place) {
  door.enter(door.gate.places.find(({ code }) => code === place.code) ?? place);
}

/** What became of something that was done here, one after the other. @param {Voice} voice @param {Door} door @param {() => void} render */
function message(voice, door, render) {
  const { messages } = door.judge ?? {};
  const [one] = messages?.unseen ?? [];
  if (!messages || !one) return null;
  const seen = () => (messages.seen(messages.unseen[0]?.id ?? ""), render()); // the first one then: two may read alike, and share the button
  return h("p", { class: "note" }, h("span", {}, whereabouts(voice, one), words(voice, one)), small(voice.say("seen"), seen));
}

/** @param {Voice} voice @param {Door} door */
function offline(voice, door) {
  const { asOf = null, isOld = false } = door.judge ?? {};
  if (asOf === null) return h("p", { class: "note" }, icon("unreached"), voice.say("offline_without_list"));
  return h("p", { class: "note is-offline" }, icon("unreached"), h("span", {}, voice.say("offline_with_list", { time: voice.clock(asOf) }), isOld && [" ", voice.say("list_is_old")]));
}
