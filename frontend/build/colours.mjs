// SPDX-License-Identifier: Apache-2.0
// Turns Radix colour scales into one stylesheet: each step is a light-dark() pair.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const SCALES = [
  "slate", "teal", "red", "orange", "amber", "blue", "green",
  "plum", "cyan", "bronze", "iris", "pink",
];

function steps(css) {
  const plain = css.split("@supports")[0];
  return [...plain.matchAll(/--([a-z]+-\d+):\s*(#[0-9a-f]+)/g)].map((found) => [found[1], found[2]]);
}

export async function colourScales(modules) {
  const lines = [];
  for (const scale of SCALES) {
    const read = (name) => readFile(join(modules, "@radix-ui/colors", `${name}.css`), "utf8");
    const dark = new Map(steps(await read(`${scale}-dark`)));
    for (const [name, light] of steps(await read(scale))) {
      lines.push(`  --${name}: light-dark(${light}, ${dark.get(name)});`);
    }
  }
  return `:root {\n${lines.join("\n")}\n}\n`;
}
