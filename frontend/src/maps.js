// SPDX-License-Identifier: Apache-2.0
// Maps cost a megabyte: they are fetched only when somebody asks for one.
import { all, one, onContent, word } from "./page.js";

// What MapLibre says, by its own names for it.
const SAID = {
  "Map.Title": "map",
  "NavigationControl.ZoomIn": "mapZoomIn",
  "NavigationControl.ZoomOut": "mapZoomOut",
  "CooperativeGesturesHandler.WindowsHelpText": "mapWheel",
  "CooperativeGesturesHandler.MacHelpText": "mapWheelMac",
  "CooperativeGesturesHandler.MobileHelpText": "mapTouch",
};

let loading;

function load() {
  const { map, mapCss } = one('meta[name="longwatch-assets"]').dataset;
  loading ??= new Promise((ready, failed) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: mapCss });
    sheet.addEventListener("load", () => import(map).then(ready, failed));
    sheet.addEventListener("error", failed);
    document.head.append(sheet);
  });
  return loading;
}

async function show(element) {
  if (element.dataset.mapReady) return;
  element.dataset.mapReady = "yes";
  const said = Object.fromEntries(Object.entries(SAID).map(([theirs, ours]) => [theirs, word(ours)]));
  (await load()).drawMap(element, one('meta[name="longwatch-assets"]').dataset, said);
}

// data-map-show draws when it scrolls into view, data-map-pick when its button is pressed.
export function startMaps() {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) show(entry.target);
  });
  onContent((root) => all("[data-map-show]:not([data-map-ready])", root).forEach((each) => seen.observe(each)));
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-map-open]");
    if (!button) return;
    const place = document.getElementById(button.dataset.mapOpen);
    place.hidden = false;
    button.setAttribute("aria-expanded", "true");
    show(place);
  });
}
