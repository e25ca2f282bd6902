import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, mostOf, whyAgain } from "../../../checkin/scanner/party-panel.js";

test("everybody of a party is expected, and nobody beyond it", () => {
  assert.deepEqual(asked({ party: { visitor: 2, pupil: 3 } }), { visitor: { now: 2, most: 2 }, pupil: { now: 3, most: 3 } });
});

test("who is in already is not expected again", () => {
  assert.deepEqual(asked({ party: { visitor: 2 }, admitted: { visitor: 1 } }), { visitor: { now: 1, most: 2 } });
});

test("the server's word on who is expected goes before our own", () => {
  assert.deepEqual(asked({ party: { visitor: 2, pupil: 3 }, expected: { pupil: 2 } }), { visitor: { now: 0, most: 2 }, pupil: { now: 2, most: 3 } });
});

test("where walk-ins have room, more may come than the party is", () => {
  assert.deepEqual(asked({ party: { pupil: 32 }, walk_in_left: 4 }), { pupil: { now: 32, most: 36 } });
});

test("where some are in already, whoever comes beyond the party is not taken for new", () => {
  assert.deepEqual(asked({ party: { pupil: 32 }, admitted: { pupil: 30 }, expected: { pupil: 2 }, walk_in_left: 4 }), { pupil: { now: 2, most: 32 } });
});

test("all that are more than the party share the room there is", () => {
  const answer = { party: { pupil: 30, visitor: 2 }, expected: { pupil: 30, visitor: 2 }, walk_in_left: 1 };
  assert.deepEqual([mostOf(answer, { pupil: 30, visitor: 2 }, "pupil"), mostOf(answer, { pupil: 31, visitor: 2 }, "visitor"), mostOf(answer, { pupil: 31, visitor: 2 }, "pupil")], [31, 2, 31]);
});

test("a party that is asked about again for those beside it is told why", () => {
  const voice = { say: (...said) => said };
  const answer = { verdict: "confirm_party", party: { pupil: 30 }, walk_in_left: 1 };
  assert.equal(whyAgain(voice, answer, { people: { pupil: 30 } }), null);
  assert.deepEqual(whyAgain(voice, answer, { people: { pupil: 32 } }), ["room_besides", { n: 1 }]);
  assert.deepEqual(whyAgain(voice, { ...answer, walk_in_left: null }, { people: { pupil: 32 } }), ["no_room_besides"]);
});
