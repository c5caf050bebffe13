// SPDX-License-Identifier: Apache-2.0
// The map itself: MapLibre over a base map from our own files, no request leaves this server.
import { AttributionControl, Map, Marker, NavigationControl, setWorkerUrl } from "maplibre-gl";

const PALETTES = {
  light: { sea: "#dfe8ec", land: "#fbfbf9", line: "#c6ccd1", pin: "#0f5148" },
  dark: { sea: "#10171b", land: "#23292d", line: "#3a4248", pin: "#0bd8b6" },
};
const darkDevice = matchMedia("(prefers-color-scheme: dark)");
const colours = () => PALETTES[document.documentElement.dataset.theme ?? (darkDevice.matches ? "dark" : "light")];

function repaint(map) {
  const { sea, land, line } = colours();
  map.setPaintProperty("sea", "background-color", sea);
  map.setPaintProperty("land", "fill-color", land);
  map.setPaintProperty("line", "line-color", line);
}

function followTheme(map) {
  new MutationObserver(() => repaint(map)).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  darkDevice.addEventListener("change", () => repaint(map));
}

function style(world, { sea, land, line }) {
  return {
    version: 8,
    sources: { world: { type: "geojson", data: world } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": sea } },
      { id: "land", type: "fill", source: "world", paint: { "fill-color": land } },
      { id: "line", type: "line", source: "world", paint: { "line-color": line, "line-width": 0.8 } },
    ],
  };
}

const number = (text) => (text === undefined || text === "" || Number.isNaN(Number(text)) ? null : Number(text));
const valid = (lat, lon) => lat !== null && lon !== null && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;

function points(element) {
  if (element.dataset.points) return JSON.parse(element.dataset.points);
  const [lat, lon] = [number(element.dataset.lat), number(element.dataset.lon)];
  return valid(lat, lon) ? [{ lat, lon }] : [];
}

function bounds(shown) {
  const [lats, lons] = [shown.map(({ lat }) => lat), shown.map(({ lon }) => lon)];
  return [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
}

function pick(map, element, pin) {
  const inputs = [element.dataset.latInput, element.dataset.lonInput].map((id) => document.getElementById(id));
  const marker = new Marker({ color: pin, draggable: true });
  const read = () => inputs.map((input) => number(input.value));
  const place = (lat, lon) => marker.setLngLat([lon, lat]).addTo(map);
  const write = ({ lat, lng }) => {
    [lat, ((lng + 540) % 360) - 180].forEach((value, index) => {
      inputs[index].value = value.toFixed(5);
      inputs[index].dispatchEvent(new Event("input", { bubbles: true }));
    });
  };
  const follow = () => {
    const [lat, lon] = read();
    if (valid(lat, lon)) place(lat, lon);
    return valid(lat, lon) ? [lon, lat] : null;
  };
  const start = follow();
  if (start) map.jumpTo({ center: start, zoom: 6 });
  map.on("click", ({ lngLat }) => { write(lngLat); follow(); });
  marker.on("dragend", () => write(marker.getLngLat()));
  // Typing coordinates is the way without a pointer: the map follows.
  inputs.forEach((input) => input.addEventListener("change", () => { const at = follow(); if (at) map.easeTo({ center: at }); }));
}

export function drawMap(element, assets, said) {
  const palette = colours();
  setWorkerUrl(new URL(assets.mapWorker, location.href).href);
  const shown = points(element);
  const [first] = shown;
  const map = new Map({
    container: element,
    locale: said,
    style: style(new URL(assets.world, location.href).href, palette),
    center: first ? [first.lon, first.lat] : [10, 25],
    zoom: first ? Number(element.dataset.zoom ?? 4) : 0.6,
    attributionControl: false,
    cooperativeGestures: element.hasAttribute("data-map-show"),
    dragRotate: false,
    fadeDuration: 0,
  });
  map.addControl(new NavigationControl({ showCompass: false }));
  map.addControl(new AttributionControl({ compact: false, customAttribution: "Natural Earth" }));
  if (element.hasAttribute("data-map-pick")) pick(map, element, palette.pin);
  else {
    const vague = element.hasAttribute("data-approximate") ? { opacity: "0.55", scale: 1.5 } : {};
    shown.forEach(({ lat, lon }) => new Marker({ color: palette.pin, ...vague }).setLngLat([lon, lat]).addTo(map));
  }
  if (shown.length > 1) map.fitBounds(bounds(shown), { padding: 40, maxZoom: 7, animate: false });
  map.once("load", () => followTheme(map));
  map.once("idle", () => element.setAttribute("data-map-idle", ""));
}
