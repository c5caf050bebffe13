// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { choices, keyName, labelOf, needsModifier, resolve } from "../src/keys.js";
import { nextDelay } from "../src/live-delay.js";
import { longSpan } from "../src/times.js";
import { cutPolygon, unwrap } from "../build/world.mjs";

const element = (dataset) => ({ dataset });
const board = element({ keySeq: "g b" });
const assign = element({ key: "a" });
const search = element({ key: "/ Control+k" });
const all = [board, assign, search];

test("a key finds the element that carries it", () => assert.equal(resolve("a", all), assign));
test("an element may have several keys", () => assert.equal(resolve("Control+k", all), search));
test("the first key of a sequence waits", () => assert.equal(resolve("g", all), "wait"));
test("the second key of a sequence acts", () => assert.equal(resolve("b", all, ["g"]), board));
test("a single key inside a sequence does nothing else", () => assert.equal(resolve("a", all, ["g"]), null));
test("an unknown key does nothing", () => assert.equal(resolve("q", all), null));
test("keys are named with what is held", () => {
  assert.equal(keyName({ key: "K", ctrlKey: true }), "Control+k");
  assert.equal(needsModifier("Control+k"), true);
  assert.equal(needsModifier("k"), false);
});
test("choices are separated by spaces", () => assert.deepEqual(choices(" / Control+k "), ["/", "Control+k"]));
test("a label leaves out the key cap", () => {
  const button = {
    dataset: {},
    getAttribute: () => null,
    childNodes: [{ nodeName: "#text", textContent: " Open  incident" }, { nodeName: "KBD", textContent: "1" }],
  };
  assert.equal(labelOf(button), "Open incident");
});
test("a lost connection is tried less and less often, up to a minute", () => {
  assert.equal(nextDelay(1000), 2000);
  assert.equal(nextDelay(50000), 60000);
});

test("a ring over the antimeridian is followed without a jump", () => {
  const ring = unwrap([[170, 0], [-170, 0], [-170, 10], [170, 10], [170, 0]]);
  assert.deepEqual(ring.map(([lon]) => lon), [170, 190, 190, 170, 170]);
});
test("a polygon over the antimeridian becomes one on each side", () => {
  const parts = cutPolygon([[[170, 0], [-170, 0], [-170, 10], [170, 10], [170, 0]]]);
  const spans = parts.map(([outer]) => [Math.min(...outer.map(([lon]) => lon)), Math.max(...outer.map(([lon]) => lon))]);
  assert.deepEqual(spans.sort((a, b) => a[0] - b[0]), [[-180, -170], [170, 180]]);
});
test("a polygon around the pole reaches the pole", () => {
  const around = [[-180, -70], [-90, -70], [0, -70], [90, -70], [179, -70], [-180, -70]];
  const [[outer]] = cutPolygon([around]);
  assert.equal(Math.min(...outer.map(([, lat]) => lat)), -90);
});

test("a span leaves out minutes that are none", () => {
  globalThis.document = { querySelector: () => ({ dataset: { min: "{n} min", hour: "{n} h", day: "1 day", days: "{n} days" } }) };
  const said = [2 * 3600 + 40, 95 * 60, 34 * 60, 2 * 86400].map(longSpan);
  delete globalThis.document;
  assert.deepEqual(said, ["2 h", "1 h 35 min", "34 min", "2 days"]);
});
