/** Stand-ins for the world outside: a network with moods, a clock that is wound by hand, a document of plain objects. */

import { Unreached } from "../../../checkin/scanner/contact.js";

/** A server that answers each id once and repeats that answer; `mood` decides what the network does to a flight. */
export class FakeServer {
  flights = [];
  stored = new Map();
  /** @type {(flight: number, scans: any[]) => void} may throw */
  mood = () => {};
  /** @type {(flight: number) => boolean} */
  losesAnswer = () => false;
  judge = (scan) => ({ id: scan.id, verdict: scan.act === "undo" ? "undone" : scan.act === "walk_in" ? "counted" : "admitted" });

  send = async (scans) => {
    const flight = this.flights.push(scans.map(({ id }) => id));
    await Promise.resolve();
    this.mood(flight, scans);
    for (const scan of scans) {
      if (!this.stored.has(scan.id)) this.stored.set(scan.id, this.judge(scan));
    }
    if (this.losesAnswer(flight)) throw new Unreached("answer lost");
    return scans.map(({ id }) => this.stored.get(id));
  };
}

/** Time that passes when the test says so. */
export class FakeTime {
  pauses = [];
  #wake = null;

  later = (seconds, wake) => {
    this.pauses.push(seconds);
    this.#wake = wake;
    return () => (this.#wake = null);
  };

  get isSet() {
    return this.#wake !== null;
  }

  async ring() {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
    await rest();
  }
}

/** Locks as a browser's pages share them: one holder at a time, the others wait. */
export class FakeLocks {
  #held = new Map();

  async request(name, ...rest) {
    const work = rest.at(-1);
    if (this.#held.has(name) && rest[0].ifAvailable) return work(null);
    while (this.#held.has(name)) await this.#held.get(name);
    const done = (async () => work({ name }))();
    this.#held.set(name, done);
    return done.finally(() => this.#held.delete(name));
  }
}

/** Let everything that is under way come to rest. */
export async function rest() {
  for (let i = 0; i < 50; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class FakeNode {
  attributes = {};
  dataset = {};
  listeners = {};

  constructor(tag) {
    this.tag = tag;
    this.children = [];
  }

  querySelectorAll() {
    return [];
  }

  get childNodes() {
    return this.children;
  }

  append(...children) {
    this.children.push(...children);
  }

  replaceChildren(...children) {
    this.children = children;
  }

  insertBefore(child, before) {
    if (this.children.includes(child)) this.children.splice(this.children.indexOf(child), 1);
    this.children.splice(before ? this.children.indexOf(before) : this.children.length, 0, child);
    child.parent = this;
  }

  remove() {
    this.parent.children.splice(this.parent.children.indexOf(this), 1);
  }

  /** As nodes are compared: listeners do not count. @param {FakeNode} other */
  isEqualNode(other) {
    return this.html === other.html && JSON.stringify(this.attributes) === JSON.stringify(other.attributes);
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }

  click() {
    this.listeners.click?.({ target: this });
  }

  /** Every element inside for which this is so. @param {(node: FakeNode) => boolean} isWanted @returns {FakeNode[]} */
  all(isWanted) {
    return this.children.flatMap((child) => (typeof child === "string" ? [] : [...(isWanted(child) ? [child] : []), ...child.all(isWanted)]));
  }

  /** @param {string} name of a class */
  ofClass(name) {
    return this.all((node) => (node.attributes.class ?? "").split(" ").includes(name));
  }

  set textContent(text) {
    this.children = [text];
  }

  get textContent() {
    return this.children.map((child) => (typeof child === "string" ? child : child.textContent)).join("");
  }

  /** As a server would have to write it. */
  get html() {
    const inner = this.children.map((child) => (typeof child === "string" ? escape(child) : child.html)).join("");
    return this.tag ? `<${this.tag}>${inner}</${this.tag}>` : inner;
  }
}

export const fakeDocument = {
  createElement: (tag) => new FakeNode(tag),
  createElementNS: (_space, tag) => new FakeNode(tag),
  createTextNode: (text) => {
    const node = new FakeNode("");
    node.append(text);
    return node;
  },
};

/** Let the parts of the screen build themselves of plain objects. */
export function drawPlainly() {
  globalThis.document = fakeDocument;
  globalThis.Node = FakeNode;
}

function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
