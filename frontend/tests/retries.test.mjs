// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { mayRetry, percent, sentence } from "../src/retries.js";

test("a lost connection and a busy server are tried again", () => {
  for (const status of [0, 409, 423, 429, 460, 500, 503]) assert.equal(mayRetry(status), true, status);
});
test("a refusal, and the page to sign in, are not tried again", () => {
  for (const status of [200, 302, 401, 403, 404, 410, 413, 422]) assert.equal(mayRetry(status), false, status);
});
test("a hundred percent is all of it", () => {
  assert.equal(percent(999, 1000), 99);
  assert.equal(percent(1000, 1000), 100);
  assert.equal(percent(0, 0), 0);
});
test("the server's sentence is told, and nothing that is none", () => {
  assert.equal(sentence('{"detail": "The file is empty."}'), "The file is empty.");
  assert.equal(sentence("<html>"), "");
  assert.equal(sentence(undefined), "");
});
