import assert from "node:assert/strict";
import { test } from "node:test";

import { NotWelcome, Unacceptable, Unreached } from "../../../checkin/scanner/contact.js";
import { Server } from "../../../checkin/scanner/server.js";

const SCAN = { id: "a", seq: 1, event: "practice", at: "2026-10-03T01:00:00Z", gate: "north", place: "session:A1", act: "scan", code: "A".repeat(26) };

function server(respond, token = "secret") {
  const asked = [];
  const made = new Server({ api: "/api/v1", csrf: "csrf", fetch: async (address, request) => (asked.push([address, request]), respond()) });
  made.token = token;
  return { made, asked };
}

const json = (body, status = 200, headers = {}) => () => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

test("scans go to their event with the device's token and no cookie, without what only the device needs", async () => {
  const { made, asked } = server(json({ received_at: "", verdicts: [{ id: "a", verdict: "admitted" }] }));
  assert.deepEqual(await made.scans("practice", [SCAN]), [{ id: "a", verdict: "admitted" }]);
  const [address, request] = asked[0];
  assert.equal(address, "/api/v1/events/practice/scans");
  assert.deepEqual([request.method, request.credentials, request.headers.Authorization], ["POST", "omit", "Bearer secret"]);
  const body = JSON.parse(request.body);
  assert.deepEqual(Object.keys(body).sort(), ["pack", "scans", "sent_at"]);
  const { event: _, ...claim } = SCAN;
  assert.deepEqual(body.scans, [claim]);
});

test("with its scans a device says what its clocks say, and hears what ours says", async () => {
  const heard = [];
  const asked = [];
  const answer = { received_at: "2026-10-03T01:00:05Z", verdicts: [{ id: "a", verdict: "admitted" }] };
  const timepiece = { now: () => ({ run: "one", ran: 9 }), hear: (at, sent) => heard.push([at, typeof sent]) };
  const made = new Server({ api: "/api/v1", csrf: "csrf", timepiece, fetch: async (_, request) => (asked.push(JSON.parse(request.body)), json(answer)()) });
  await made.scans("practice", [{ ...SCAN, withdrawn: true, clock: { run: "one", ran: 3 } }]);
  assert.deepEqual([asked[0].clock, asked[0].scans[0].clock, asked[0].scans[0].withdrawn], [{ run: "one", ran: 9 }, { run: "one", ran: 3 }, undefined]);
  assert.deepEqual(heard, [[Date.parse("2026-10-03T01:00:05Z"), "number"]]);
});

test("a place with colons finds its way into the address", async () => {
  const { made, asked } = server(json({ place: "entrance:city-hall:2026-10-03" }));
  await made.counts("practice", "entrance:city-hall:2026-10-03");
  assert.equal(asked[0][0], "/api/v1/events/practice/places/entrance%3Acity-hall%3A2026-10-03/counts");
});

test("a device is made with the signed-in person's cookie and form secret", async () => {
  const { made, asked } = server(json({ device: "d", token: "t", expires_at: "", rights: ["scan"] }, 201), "");
  assert.deepEqual(await made.enrol({ event: "practice", gate: "north", name: "Phone" }),
    { device: "d", token: "t", expires_at: "", rights: ["scan"], event: "practice", gate: "north" });
  assert.equal(asked[0][0], "/scan/devices");
  assert.deepEqual([asked[0][1].credentials, asked[0][1].headers["X-CSRFToken"]], ["same-origin", "csrf"]);
});

const said = (body, status, headers = {}) => json(body, status, { "Content-Type": "application/problem+json", ...headers });

for (const [status, kind] of [[401, NotWelcome], [403, NotWelcome], [400, Unacceptable], [413, Unacceptable], [422, Unacceptable], [404, Unacceptable],
  [408, Unreached], [429, Unreached], [500, Unreached], [502, Unreached], [503, Unreached]]) {
  test(`status ${status} is ${kind.name}`, async () => {
    const { made } = server(said({ title: "x", status, detail: "why" }, status));
    await assert.rejects(made.scans("practice", [SCAN]), kind);
  });
}

for (const status of [302, 400, 401, 403, 404, 407, 410, 413, 451, 511]) {
  test(`status ${status} in words that are not our server's is: not reached`, async () => {
    const { made } = server(() => new Response("<html>Agree to the terms of the hall's network</html>", { status, headers: { "Content-Type": "text/html" } }));
    for (const asking of [() => made.scans("practice", [SCAN]), () => made.pack("practice", {}), () => made.gates("practice")]) {
      await assert.rejects(asking(), Unreached);
    }
  });
}

test("a network's own page in place of a new device is: not reached", async () => {
  const { made } = server(() => new Response("<html>Welcome</html>", { status: 200, headers: { "Content-Type": "text/html" } }), "");
  await assert.rejects(made.enrol({ event: "practice", gate: "north", name: "Phone" }), Unreached);
});

test("the server's sentence is kept for the person", async () => {
  const { made } = server(said({ title: "Bad", detail: "sent_at: missing" }, 422));
  await assert.rejects(made.scans("practice", [SCAN]), { message: "sent_at: missing" });
});

test("a server that asks for patience says how long", async () => {
  const { made } = server(said({}, 429, { "Retry-After": "12" }));
  await assert.rejects(made.scans("practice", [SCAN]), { after: 12 });
});

test("no network, and a network's own page in place of an answer, are the same: not reached", async () => {
  const broken = server(() => {
    throw new TypeError("Failed to fetch");
  });
  await assert.rejects(broken.made.scans("practice", [SCAN]), Unreached);
  const portal = server(() => new Response("<html>Welcome to the hall's Wi-Fi</html>", { status: 200 }));
  await assert.rejects(portal.made.scans("practice", [SCAN]), Unreached);
});

test("a device that the server has forgotten can still end its work", async () => {
  const { made } = server(said({}, 401));
  await made.leave();
  assert.equal(made.token, "");
});

test("a device that cannot reach the server stays", async () => {
  const { made } = server(() => {
    throw new TypeError("Failed to fetch");
  });
  await assert.rejects(made.leave(), Unreached);
  assert.equal(made.token, "secret");
});
