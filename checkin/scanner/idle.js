/** What stands where the answer will be: ready for the next person, and who was the last. */

import { summary } from "./dialogs.js";
import { fill, h } from "./element.js";
import { mannerOfCase } from "./verdict-panel.js";

/**
 * @param {import("./language.js").Voice} voice
 * @param {import("./door.js").Door} door
 * @returns {{element: HTMLElement, render: (tab: string, hasPicture: boolean) => void}}
 */
export function idlePart(voice, door) {
  const element = h("div", { class: "idle" });
  /** @param {string} tab @param {boolean} hasPicture */
  const render = (tab, hasPicture) => {
    element.hidden = door.shown !== null;
    const [last] = door.past;
    fill(element, // a viewfinder without a picture says itself what to do
      (tab !== "scan" || hasPicture) && h("p", { class: "idle-words" }, voice.say(tab === "scan" ? "ready" : "ready_no_camera")),
      last && h("p", { class: "past idle-last", "data-tone": mannerOfCase(last).tone }, h("span", { class: "soft" }, voice.say("last")), summary(voice, door, last)));
  };
  return { element, render };
}
