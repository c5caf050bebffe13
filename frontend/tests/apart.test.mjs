// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { apart } from "../src/apart.js";

const overlap = (one, other) =>
  Math.min((one.w + other.w) / 2 - Math.abs(one.x - other.x), (one.h + other.h) / 2 - Math.abs(one.y - other.y)) > 1;
const pairs = (boxes) => boxes.flatMap((one, at) => boxes.slice(at + 1).map((other) => [one, other]));

test("boxes in a heap are moved apart until none lies over another", () => {
  const heap = Array.from({ length: 40 }, (_none, n) => ({ x: (n * 37) % 200, y: (n * 53) % 120, w: 130, h: 46 }));
  assert.ok(pairs(heap).some(([one, other]) => overlap(one, other)));
  assert.ok(!pairs(apart(heap)).some(([one, other]) => overlap(one, other)));
});

test("boxes in the same place are moved apart, too", () => {
  const [one, other] = apart([{ x: 0, y: 0, w: 10, h: 4 }, { x: 0, y: 0, w: 10, h: 4 }]);
  assert.ok(!overlap(one, other));
});

test("boxes that are apart stay where they are", () => {
  assert.deepEqual(apart([{ x: 0, y: 0, w: 9, h: 9 }, { x: 20, y: 0, w: 9, h: 9 }]).map(({ x }) => x), [0, 20]);
});
