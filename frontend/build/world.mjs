// SPDX-License-Identifier: Apache-2.0
// The base map: Natural Earth countries, cut at the antimeridian so no polygon spans the world.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { feature } from "topojson-client";

const ROUND = 100;

// Follows a ring without jumps: a step of more than half the world becomes a step the other way.
export function unwrap(ring) {
  let shift = 0;
  const out = ring.map(([lon, lat], index) => {
    if (index > 0) {
      const step = lon - ring[index - 1][0];
      if (step > 180) shift -= 360;
      if (step < -180) shift += 360;
    }
    return [lon + shift, lat];
  });
  return closeOverPole(out);
}

// A ring that ends a whole turn away from its start goes around a pole: include the pole.
function closeOverPole(ring) {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  if (Math.abs(first[0] - last[0]) < 180) return ring;
  const pole = first[1] < 0 ? -90 : 90;
  return [...ring, [last[0], pole], [first[0], pole], first];
}

// Sutherland-Hodgman against one vertical line.
function clip(ring, edge, keepsRight) {
  const inside = ([lon]) => (keepsRight ? lon >= edge : lon <= edge);
  const out = [];
  for (let i = 0; i < ring.length; i += 1) {
    const [from, to] = [ring[(i + ring.length - 1) % ring.length], ring[i]];
    if (inside(from) !== inside(to)) {
      const share = (edge - from[0]) / (to[0] - from[0]);
      out.push([edge, from[1] + share * (to[1] - from[1])]);
    }
    if (inside(to)) out.push(to);
  }
  return out;
}

function windowed(ring, turn) {
  const cut = clip(clip(ring, -180 + 360 * turn, true), 180 + 360 * turn, false);
  if (cut.length < 3) return null;
  const round = (value) => Math.round(value * ROUND) / ROUND;
  const points = cut.map(([lon, lat]) => [round(lon - 360 * turn), round(lat)]);
  return [...points, points[0]];
}

export function cutPolygon(rings) {
  const unwrapped = rings.map((ring) => unwrap(ring));
  return [-1, 0, 1].flatMap((turn) => {
    const outer = windowed(unwrapped[0], turn);
    if (!outer) return [];
    return [[outer, ...unwrapped.slice(1).map((hole) => windowed(hole, turn)).filter(Boolean)]];
  });
}

export async function worldMap(modules) {
  const topology = JSON.parse(await readFile(join(modules, "world-atlas/countries-50m.json"), "utf8"));
  const features = feature(topology, topology.objects.countries).features.map((country) => {
    const { type, coordinates } = country.geometry;
    const polygons = type === "Polygon" ? [coordinates] : coordinates;
    return {
      type: "Feature",
      properties: { name: country.properties.name },
      geometry: { type: "MultiPolygon", coordinates: polygons.flatMap(cutPolygon) },
    };
  });
  return JSON.stringify({ type: "FeatureCollection", features });
}
