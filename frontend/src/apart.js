// SPDX-License-Identifier: Apache-2.0
// Moves boxes apart until none lies over another: along the side where less is missing. Boxes have a middle and a size.
const MOST_ROUNDS = 1_000;

export function apart(boxes) {
  let moved = true;
  for (let round = 0; moved && round < MOST_ROUNDS; round += 1) {
    moved = false;
    boxes.forEach((one, at) => {
      for (let next = at + 1; next < boxes.length; next += 1) moved = push(one, boxes[next]) || moved;
    });
  }
  return boxes;
}

function push(one, other) {
  const [x, y] = [other.x - one.x, other.y - one.y];
  const [wide, high] = [(one.w + other.w) / 2 - Math.abs(x), (one.h + other.h) / 2 - Math.abs(y)];
  if (wide <= 0.5 || high <= 0.5) return false;
  const [along, step] = high <= wide ? ["y", (y < 0 ? -high : high) / 2] : ["x", (x < 0 ? -wide : wide) / 2];
  one[along] -= step;
  other[along] += step;
  return true;
}
