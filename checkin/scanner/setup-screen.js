/** Before the first person comes: which event, which gate, and one tap that allows camera, sound and a lit screen. */

import { times, languageChoice } from "./dialogs.js";
import { fill, h, icon } from "./element.js";
import { isOn, placeToOpen } from "./places.js";
import { NotWelcome, TooOften, Unreached } from "./contact.js";

/** @typedef {import("./language.js").Key} Key */
/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {import("./types.js").Gate} Gate */
/** @typedef {import("./types.js").Gates} Gates */
/** @typedef {import("./types.js").Language} Language */
/** @typedef {import("./types.js").Texts} Texts */

/** @typedef {{event: string, gate: Gate, gates: Gates, name: string, camera: boolean}} Start */

/**
 * @typedef {object} SetupWorld
 * @property {Voice} voice
 * @property {string} actor name of the signed-in person; empty if only the device is known
 * @property {readonly {slug: string, title: Texts | string}[]} events
 * @property {{event: string, gate: string} | null} before what was chosen here last
 * @property {(choice: {event: string, gate: string}) => void} onChoice
 * @property {(choice: {event: string, gate: string}) => import("./places.js").Chosen | null} chosenAt which of its places somebody chose at a gate before
 * @property {(event: string) => Promise<Gates>} gatesOf
 * @property {(start: Start) => Promise<void>} onStart throws what went wrong
 * @property {(language: Language) => void} onLanguage
 * @property {(choice: {event: string, gate: string}) => boolean} isEnrolled whether this browser is a device at that gate already
 * @property {() => boolean} isBound whether this device was paired at a gate by a code, and stays there
 * @property {() => void} onPairAgain another gate's code moves it there
 * @property {string} defaultName
 * @property {HTMLElement} unsent says what still waits on this device
 */

/**
 * What still waits on this device: after a reload it is as unsent as before. What this device cannot send, being of another
 * event or not paired any more, can be taken away as a file.
 *
 * @param {() => void} onSave
 * @returns {{element: HTMLElement, tell: (voice: Voice, waiting: number, sendable: number) => void}}
 */
export function unsentNote(onSave) {
  const element = h("div", { role: "status" });
  return { element, tell: (voice, waiting, sendable) => fill(element, waiting > 0 && h("div", { class: "note" },
    h("p", { class: "label" }, voice.say("unsent", { n: waiting })), h("p", {}, voice.say(sendable === waiting ? "unsent_next" : "unsent_elsewhere")),
    sendable < waiting && h("button", { type: "button", class: "button is-small", onclick: onSave }, voice.say("save_unsent")),
    sendable < waiting && h("p", { class: "support" }, voice.say("save_unsent_why")))) };
}

/** @param {SetupWorld} world @returns {HTMLElement} */
export function setupScreen(world) {
  const { voice, actor, events, before } = world;
  const gates = h("div", { class: "setup-gates", "aria-live": "polite" });
  let event = events.find(({ slug }) => slug === before?.event)?.slug ?? events[0]?.slug ?? "";
  const choose = () => void showGates(world, event, gates);
  const element = h("main", { class: "setup", id: "main" },
    h("h1", {}, voice.say("start_title")),
    actor && h("p", { class: "setup-who" }, voice.say("signed_in_as", { name: actor }),
      document.getElementById("sign-out") && h("button", { type: "submit", form: "sign-out", class: "button is-quiet is-small" }, voice.say("sign_out"))),
    languageChoice(voice, world.onLanguage),
    world.unsent,
    events.length === 0 && h("p", { class: "note" }, voice.say("no_events")),
    events.length > 1 && h("fieldset", { class: "rows" }, h("legend", { class: "label" }, voice.say("event")), events.map(({ slug, title }) =>
      choice("event", slug, slug === event, voice.local(title), null, () => ((event = slug), choose())))),
    events.length === 1 && h("p", { class: "setup-event" }, voice.local(events[0]?.title)),
    gates);
  if (event) choose();
  return element;
}

/** @param {SetupWorld} world @param {string} event @param {HTMLElement} into */
async function showGates(world, event, into) {
  const { voice } = world;
  fill(into, h("p", { class: "soft" }, voice.say("loading")));
  try {
    const gates = await world.gatesOf(event);
    voice.zone = gates.timezone ?? voice.zone;
    const isBound = world.isBound();
    fill(into, gates.gates.length > 0 ? gateForm(world, event, gates) : h("p", { class: "note" }, voice.say(isBound ? "gate_gone" : "no_gates")),
      isBound && h("button", { type: "button", class: "button", onclick: world.onPairAgain }, voice.say("pair_again")));
  } catch (error) {
    fill(into, trouble(voice, error), h("button", { type: "button", class: "button", onclick: () => void showGates(world, event, into) }, voice.say("try_again")));
  }
}

/** @param {SetupWorld} world @param {string} event @param {Gates} gates */
function gateForm(world, event, gates) {
  const { voice, before } = world;
  let gate = gates.gates.find(({ code }) => code === before?.gate) ?? gates.gates[0];
  const name = h("input", { class: "input", id: "device-name", type: "text", maxlength: 80, value: world.defaultName, autocomplete: "off" });
  const named = h("div", { class: "field" }, h("label", { class: "label", for: "device-name" }, voice.say("device_name")), name);
  /** A device that is at this gate already has its name. */
  const choose = () => (named.hidden = Boolean(gate && world.isEnrolled({ event, gate: gate.code })));
  choose();
  const heard = h("div", { role: "alert" });
  /** @param {HTMLElement} words */
  const say = (words) => {
    fill(heard, words);
    heard.scrollIntoView({ block: "center" });
  };
  /** @param {boolean} camera */
  const start = (camera) => async () => {
    if (!gate) return;
    if (gate.places.length === 0) return say(h("p", { class: "note" }, voice.say("no_places")));
    const all = [...buttons, ...(first ? [first] : [])];
    all.forEach((button) => (button.disabled = true));
    fill(heard);
    await world.onStart({ event, gate, gates, name: name.value.trim() || world.defaultName, camera }).catch((error) => say(trouble(voice, error)));
    all.forEach((button) => (button.disabled = false));
  };
  const buttons = globalThis.isSecureContext
    ? [h("button", { type: "button", class: "button is-strong is-tall", onclick: start(true) }, icon("camera"), voice.say("start")),
      h("button", { type: "button", class: "button", onclick: start(false) }, voice.say("start_without"))]
    : [h("button", { type: "button", class: "button is-strong is-tall", onclick: start(false) }, voice.say("start_title"))];
  const first = gates.gates.length > 1 && gate && gate.code === before?.gate
    ? h("button", { type: "button", class: "button is-strong is-tall", onclick: start(globalThis.isSecureContext) }, icon("again"), h("span", {}, voice.say("go_on_at", { gate: voice.local(gate.name) }))) : null;
  return [
    first && h("div", { class: "setup-again" }, first),
    h("fieldset", { class: "rows" }, h("legend", { class: "label" }, voice.say("choose_gate")), gates.gates.map((one) =>
      choice("gate", one.code, one === gate, voice.local(one.name), opensAt(voice, one, world.chosenAt({ event, gate: one.code })), () => (world.onChoice({ event, gate: (gate = one).code }), choose())))),
    named,
    globalThis.isSecureContext ? null : h("p", { class: "note" }, voice.say("camera_insecure")),
    heard,
    h("div", { class: "setup-start" }, buttons, globalThis.isSecureContext && h("p", { class: "support" }, voice.say("start_why"))),
  ];
}

/**
 * @param {string} group
 * @param {string} value
 * @param {boolean} checked
 * @param {import("./element.js").Child} title
 * @param {import("./element.js").Child} more
 * @param {() => void} onChosen
 */
function choice(group, value, checked, title, more, onChosen) {
  return h("label", { class: "row" }, h("input", { type: "radio", name: group, value, checked, onchange: onChosen }),
    h("span", { class: "row-title" }, title), more && h("span", { class: "row-more" }, more));
}

/** The place that starting here opens: chosen before, on now, next, or over. @param {Voice} voice @param {Gate} gate @param {import("./places.js").Chosen | null} chosen */
function opensAt(voice, gate, chosen) {
  if (gate.kind === "entrance") return voice.say("entrance");
  const now = Date.now(), place = placeToOpen(gate.places, now, chosen);
  if (!place) return voice.say("rooms");
  const isAhead = Date.parse(place.starts_at ?? "") > now;
  const badge = place.now || isOn(place, gate.places.find((one) => one.now), now) ? h("span", { class: "badge" }, voice.say("now_on")) : isAhead && h("span", { class: "badge is-next" }, voice.say("next_on"));
  return [badge, voice.local(place.name), times(voice, place)];
}

/** @param {Voice} voice @param {unknown} error */
export function trouble(voice, error) {
  if (error instanceof NotWelcome) {
    return h("p", { class: "note" }, voice.say("not_allowed"), " ", h("a", { href: location.pathname }, voice.say("sign_in_again")));
  }
  if (error instanceof TooOften) return h("p", { class: "note" }, voice.say("too_often"));
  if (error instanceof Unreached) return h("p", { class: "note" }, voice.say("cannot_reach"));
  return h("p", { class: "note" }, error instanceof Error ? error.message : String(error));
}
