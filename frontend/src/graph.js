// SPDX-License-Identifier: Apache-2.0
// The drawing of a graph. Everything in it stands in the list beside it, which is for the keyboard and for readers.
import cytoscape from "cytoscape";

import { apart } from "./apart.js";

const SORTS = ["entity", "signal", "incident", "case"];
const SHAPES = { entity: "ellipse", signal: "diamond", incident: "hexagon", case: "round-rectangle" };
// More than that nobody reads; the list goes on.
const MOST_NODES = 400;
const FEW_LINES = 6;
// Words smaller than this share of their size are not read.
const READABLE = 0.7;
const [PADDING, GAP] = [30, 8];
const darkDevice = matchMedia("(prefers-color-scheme: dark)");

// A canvas knows no custom properties: what an element of the page would have, resolved.
function resolved(name) {
  const probe = Object.assign(document.createElement("span"), { className: name, hidden: true });
  document.body.append(probe);
  const { backgroundColor, color } = getComputedStyle(probe);
  probe.remove();
  return { fill: backgroundColor, ink: color };
}

function looks() {
  const { ink } = resolved("graph-ink");
  const { ink: muted } = resolved("graph-muted");
  return [
    { selector: "node", style: { label: "data(short)", color: ink, "font-size": 14, "font-family": getComputedStyle(document.body).fontFamily, "text-valign": "bottom", "text-margin-y": 3, width: 22, height: 22, "text-wrap": "wrap", "text-max-width": 130, "text-background-color": resolved("graph-drawing").fill, "text-background-opacity": 0.85, "text-background-padding": 2 } },
    ...SORTS.map((sort) => ({ selector: `node[sort = "${sort}"]`, style: { "background-color": resolved(`graph-${sort}`).fill, shape: SHAPES[sort] } })),
    { selector: "node.start", style: { "border-width": 3, "border-color": ink, width: 30, height: 30 } },
    { selector: "node:selected", style: { "border-width": 3, "border-color": ink } },
    { selector: "edge", style: { width: 1.2, "line-color": muted, "curve-style": "straight", "font-size": 11, color: muted, "text-rotation": "autorotate", "min-zoomed-font-size": 7, "text-background-color": resolved("graph-drawing").fill, "text-background-opacity": 1, "text-background-padding": 2 } },
    // All of them at once are a tangle; the list beside has each.
    { selector: "edge.told", style: { label: "data(tie)", width: 2, "line-color": ink, color: ink, "z-index": 10 } },
  ];
}

// A word without spaces cannot be broken: hashes and addresses are told by their beginning.
const long = (label) => (label.includes(" ") ? 44 : 20);
const short = (label) => (label.length > long(label) ? `${label.slice(0, long(label) - 1)}…` : label);
const point = ({ node, label, sort }) => ({ group: "nodes", data: { id: node, short: short(label), sort } });
const line = ({ of, node, tie }) => {
  const [one, other] = [of, node].sort();
  return { group: "edges", data: { id: `${one} ${other}`, source: one, target: other, tie } };
};

function arrange(drawing) {
  const length = drawing.nodes().length > 40 ? 60 : 80;
  drawing.layout({ name: "cose", animate: false, randomize: false, nodeDimensionsIncludeLabels: true, fit: false, idealEdgeLength: () => length, nodeRepulsion: () => 6_000, nodeOverlap: 20, gravity: 0.6, numIter: 1500 }).run();
  separate(drawing);
  drawing.fit(undefined, PADDING);
  if (drawing.zoom() >= READABLE) return;
  // Whoever wants the whole zooms out; words too small for anybody help nobody.
  drawing.zoom(READABLE);
  drawing.center(drawing.nodes(".start"));
}

// No words lie over other words, or over another node.
function separate(drawing) {
  const boxes = drawing.nodes().map((node) => {
    const { x1, y1, w, h } = node.boundingBox({ includeEdges: false, includeLabels: true, includeOverlays: false });
    const { x, y } = node.position();
    return { node, x: x1 + w / 2, y: y1 + h / 2, w: w + GAP, h: h + GAP, dx: x - (x1 + w / 2), dy: y - (y1 + h / 2) };
  });
  drawing.batch(() => apart(boxes).forEach(({ node, x, y, dx, dy }) => node.position({ x: x + dx, y: y + dy })));
}

// The words on lines: of few all, else of those at what was chosen.
function tell(drawing) {
  const chosen = drawing.nodes(":selected");
  const all = drawing.edges().length <= FEW_LINES ? drawing.edges() : drawing.collection();
  drawing.edges().removeClass("told");
  (chosen.nonempty() ? chosen.connectedEdges() : all).addClass("told");
}

function add(drawing, ties) {
  const present = (id) => drawing.getElementById(id).nonempty();
  for (const tie of ties) {
    if (!present(tie.node)) {
      if (drawing.nodes().length >= MOST_NODES) continue;
      const near = drawing.getElementById(tie.of).position();
      const turn = Math.random() * 2 * Math.PI;
      drawing.add({ ...point(tie), position: { x: near.x + 80 * Math.cos(turn), y: near.y + 80 * Math.sin(turn) } });
    }
    const edge = line(tie);
    if (present(tie.of) && !present(edge.data.id)) drawing.add(edge);
  }
  arrange(drawing);
  tell(drawing);
}

export function drawGraph(element, { start, ties, chosen }) {
  // Its own style element would be against our policy; what it says stands in our style sheet.
  document.body.append(Object.assign(document.createElement("template"), { id: "__________cytoscape_stylesheet" }));
  const drawing = cytoscape({
    container: element, elements: [{ ...point(start), classes: "start" }], style: looks(), maxZoom: 1.6, minZoom: 0.2,
    autounselectify: false, boxSelectionEnabled: false,
  });
  add(drawing, ties);
  drawing.on("tap", "node", ({ target }) => chosen(target.id()));
  drawing.on("select unselect", "node", () => tell(drawing));
  const repaint = () => drawing.style(looks());
  new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  darkDevice.addEventListener("change", repaint);
  element.dataset.nodes = drawing.nodes().length;
  return { add: (more) => { add(drawing, more); element.dataset.nodes = drawing.nodes().length; } };
}
