/** As which device a browser keeps a door: it gives up what it was only for something that is there. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { NotWelcome, Unreached } from "../../../checkin/scanner/contact.js";
import { Enrolment } from "../../../checkin/scanner/enrolment.js";

const OWN = { device: "1", token: "own", event: "fair", gate: "a", rights: [], expires_at: "" };

/** @param {object} [more] */
async function enrolled({ device = OWN, enrol = async () => ({ ...OWN, token: "new", gate: "b" }), pair = async () => ({ ...OWN, token: "paired" }), gates = async () => ({ gates: [], categories: [] }), alone = null, isSignedIn = false, former = {} } = {}) {
  const done = [];
  const server = { token: "", enrol, gates, pair, leave: async () => done.push(`left ${server.token}`) };
  const store = { device: async () => device, former: async () => former, keepDevice: async (one) => done.push(`kept ${one?.token ?? "none"}`) };
  const offline = { alone, gates: () => null, wipe: async () => done.push("wiped") };
  const enrolment = new Enrolment({ store, server, offline, isSignedIn, onNew: () => done.push("new"), onStranger: () => done.push("stranger") });
  await enrolment.open();
  return { enrolment, server, done };
}

test("at the gate where it is already nothing is asked; at another one the old device leaves after the new one is there", async () => {
  const { enrolment, server, done } = await enrolled();
  await enrolment.enrol("fair", "a", "");
  assert.deepEqual([done, server.token], [[], "own"]);
  await enrolment.enrol("fair", "b", "");
  assert.deepEqual([done, server.token, enrolment.device?.gate], [["left own", "kept new", "new"], "new", "b"]);
});

test("without a network it moves to another gate of its event with its own token, and to no other event", async () => {
  const enrol = async () => { throw new Unreached(""); };
  const { enrolment, server, done } = await enrolled({ enrol, alone: {} });
  await assert.rejects(enrolment.enrol("other", "b", ""), Unreached);
  await enrolment.enrol("fair", "b", "");
  assert.deepEqual([done, server.token, enrolment.device?.gate], [["kept own", "new"], "own", "b"]);
});

test("a code makes another device of it, and the old one leaves", async () => {
  const { enrolment, server, done } = await enrolled();
  await enrolment.pair("ABCD2345", "");
  assert.deepEqual([done, server.token], [["left own", "kept paired", "new"], "paired"]);
});

test("one that was paired by a code stays at its gate without a network too", async () => {
  const enrol = async () => { throw new Unreached(""); };
  const { enrolment, done } = await enrolled({ enrol, alone: {}, device: { ...OWN, paired: true } });
  await assert.rejects(enrolment.enrol("fair", "b", ""), Unreached);
  assert.deepEqual(done, []);
});

test("a new device says which ones this browser was, for what they have not sent", async () => {
  const wishes = [];
  const ask = async (wish) => (wishes.push(wish.former), { ...OWN, device: "2", token: "new", gate: "b" });
  const { enrolment } = await enrolled({ enrol: ask, pair: ask, former: { fair: "0", other: "1" } });
  await enrolment.enrol("fair", "b", "");
  await enrolment.pair("ABCD2345", "");
  assert.deepEqual(wishes, [["1", "0"], ["2", "0", "1"]]);
});

test("whose token is not welcome any more asks as the person who is signed in, else forgets the list and says so", async () => {
  const gates = async function gates() {
    if (this.token) throw new NotWelcome();
    return { gates: [], categories: [] };
  };
  const person = await enrolled({ gates, isSignedIn: true });
  assert.deepEqual(await person.enrolment.gatesOf("fair"), { gates: [], categories: [] });
  assert.deepEqual(person.done, []);
  const nobody = await enrolled({ gates });
  await assert.rejects(nobody.enrolment.gatesOf("fair"), NotWelcome);
  assert.deepEqual(nobody.done, ["wiped", "kept none", "stranger"]);
});
