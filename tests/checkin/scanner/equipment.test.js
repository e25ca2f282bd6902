import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Camera, cameras, rememberCamera } from "../../../checkin/scanner/camera.js";
import { Feedback } from "../../../checkin/scanner/feedback.js";
import { rest } from "./fakes.js";

/** @type {any[]} */
let asked;
let kept;
let shaken;

class Track extends EventTarget {
  constructor(id, able) {
    super();
    Object.assign(this, { id, able, lit: [], isStopped: false });
  }

  getSettings = () => ({ deviceId: this.id });
  getCapabilities = () => this.able;
  applyConstraints = async ({ advanced }) => void this.lit.push(advanced[0].torch);
  stop = () => (this.isStopped = true);
}

const video = () => ({ srcObject: null, play: async () => {} });

/** @param {Record<string, any>} more */
function world(more) {
  for (const [name, value] of Object.entries(more)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** @param {Record<string, Track | DOMException>} devices by id; the first is the one that looks away */
function withCameras(devices) {
  world({
    isSecureContext: true,
    localStorage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) },
    navigator: { mediaDevices: {
      enumerateDevices: async () => [{ kind: "audioinput" }, ...Object.keys(devices).map((deviceId) => ({ kind: "videoinput", deviceId }))],
      getUserMedia: async ({ video: wish }) => {
        asked.push(wish.deviceId?.exact ?? wish.facingMode.ideal);
        const found = devices[wish.deviceId?.exact ?? Object.keys(devices)[0]] ?? new DOMException("", "OverconstrainedError");
        if (found instanceof DOMException) throw found;
        return { getVideoTracks: () => [found] };
      },
    } },
  });
}

beforeEach(() => ([asked, kept, shaken] = [[], new Map(), []]));

test("the camera that looks away is taken, the chosen one is remembered, and one that is gone is not waited for", async () => {
  withCameras({ back: new Track("back", {}), front: new Track("front", {}) });
  const camera = new Camera(video());
  assert.deepEqual([await camera.open(() => {}), camera.id], [null, "back"]);
  rememberCamera("front");
  assert.deepEqual([await camera.open(() => {}), camera.id], [null, "front"]);
  rememberCamera("unplugged");
  assert.deepEqual([await camera.open(() => {}), camera.id], [null, "back"]);
  assert.deepEqual(asked, ["environment", "front", "unplugged", "environment"]);
  assert.equal((await cameras()).length, 2);
});

test("a lamp is offered only where there is one, and is switched on and off", async () => {
  const [lamp, dark] = [new Track("a", { torch: true }), new Track("b", {})];
  withCameras({ a: lamp, b: dark });
  const camera = new Camera(video());
  assert.equal(camera.hasTorch, false);
  await camera.open(() => {});
  assert.equal(camera.hasTorch, true);
  await camera.light(true);
  await camera.light(false);
  assert.deepEqual(lamp.lit, [true, false]);
  rememberCamera("b");
  await camera.open(() => {});
  assert.deepEqual([camera.hasTorch, lamp.isStopped], [false, true]);
});

test("a lamp that refuses, or stays as it is and says nothing, is told", async () => {
  const [refuses, stays] = [new Track("a", { torch: true }), new Track("b", { torch: true })];
  refuses.applyConstraints = async () => { throw new DOMException("", "OverconstrainedError"); };
  stays.getSettings = () => ({ deviceId: "b", torch: false });
  withCameras({ a: refuses, b: stays });
  const camera = new Camera(video());
  await camera.open(() => {});
  await assert.rejects(camera.light(true));
  rememberCamera("b");
  await camera.open(() => {});
  await assert.rejects(camera.light(true));
  await camera.light(false);
});

for (const [name, trouble] of [["NotAllowedError", "denied"], ["NotFoundError", "missing"], ["NotReadableError", "busy"], ["Other", "failed"]]) {
  test(`a camera that answers ${name} is told as ${trouble}`, async () => {
    withCameras({ a: new DOMException("", name) });
    const camera = new Camera(video());
    assert.deepEqual([await camera.open(() => {}), camera.isOpen], [trouble, false]);
  });
}

test("without a safe address no camera is asked for, and one that is pulled out is told", async () => {
  const track = new Track("a", {});
  withCameras({ a: track });
  world({ isSecureContext: false });
  const camera = new Camera(video());
  assert.equal(await camera.open(() => {}), "insecure");
  world({ isSecureContext: true });
  let lost = 0;
  await camera.open(() => (lost += 1));
  track.dispatchEvent(new Event("ended"));
  assert.equal(lost, 1);
});

test("a picture that another app takes away is told once it stays away, and not when it comes back soon or was closed", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const track = new Track("a", {});
  withCameras({ a: track });
  const camera = new Camera(video());
  let lost = 0;
  await camera.open(() => (lost += 1));
  track.dispatchEvent(new Event("mute"));
  t.mock.timers.tick(1000);
  track.dispatchEvent(new Event("unmute"));
  t.mock.timers.tick(60_000);
  assert.equal(lost, 0);
  track.dispatchEvent(new Event("mute"));
  t.mock.timers.tick(60_000);
  assert.equal(lost, 1);
  track.dispatchEvent(new Event("mute"));
  camera.close();
  t.mock.timers.tick(60_000);
  assert.equal(lost, 1);
});

test("before a first tap nothing shakes or sounds; after it each tone has its own, and silence keeps the shaking", () => {
  const activation = { hasBeenActive: false };
  const made = [];
  class Node {
    gain = { setTargetAtTime: () => {} };
    constructor(_audio, { type, frequency }) {
      if (frequency) made.push(`${type} ${frequency}`);
    }
    connect = (next) => next ?? this;
    start = () => {};
    stop = () => {};
  }
  world({
    navigator: { userActivation: activation, vibrate: (pattern) => shaken.push(pattern.length) },
    AudioContext: class { currentTime = 0; destination = {}; resume = async () => {}; }, OscillatorNode: Node, GainNode: Node,
  });
  const feedback = new Feedback();
  feedback.give("no");
  assert.deepEqual([shaken, made], [[], []]);
  activation.hasBeenActive = true;
  feedback.wake();
  for (const tone of ["good", "caution", "no"]) feedback.give(tone);
  assert.deepEqual(made, ["sine 880", "triangle 520", "triangle 520", "square 220"]);
  feedback.silent = true;
  feedback.give("good");
  assert.deepEqual([shaken, made.length], [[1, 3, 1, 1], 4]);
});

test("the screen stays awake while the door works: asked again when the page is seen again, let go at the end", async () => {
  const [page, asked, released] = [new EventTarget(), [], []];
  world({
    document: Object.assign(page, { visibilityState: "visible" }),
    navigator: { wakeLock: { request: async (kind) => (asked.push(kind), { release: async () => released.push(kind) }) } },
  });
  const { stayAwake } = await import("../../../checkin/scanner/awake.js");
  const end = stayAwake();
  await rest();
  page.visibilityState = "hidden";
  page.dispatchEvent(new Event("visibilitychange"));
  page.visibilityState = "visible";
  page.dispatchEvent(new Event("visibilitychange"));
  await rest();
  end();
  page.dispatchEvent(new Event("visibilitychange"));
  await rest();
  assert.deepEqual([asked, released], [["screen", "screen"], ["screen"]]);
});

test("a battery that is low refuses it, and the door works", async () => {
  world({
    document: Object.assign(new EventTarget(), { visibilityState: "visible" }),
    navigator: { wakeLock: { request: async () => { throw new DOMException("", "NotAllowedError"); } } },
  });
  const { stayAwake } = await import("../../../checkin/scanner/awake.js");
  const end = stayAwake();
  await rest();
  assert.doesNotThrow(end);
});
