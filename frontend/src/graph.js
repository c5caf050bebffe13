// SPDX-License-Identifier: Apache-2.0
// The drawing of a graph. Everything in it stands in the list beside it, which is for the keyboard and for readers.
import cytoscape from "cytoscape";

const SORTS = ["entity", "signal", "incident", "case"];
const SHAPES = { entity: "ellipse", signal: "diamond", incident: "hexagon", case: "round-rectangle" };
// More than that nobody reads; the list goes on.
const MOST_NODES = 400;
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
    { selector: "node", style: { label: "data(short)", color: ink, "font-size": 14, "font-family": getComputedStyle(document.body).fontFamily, "text-valign": "bottom", "text-margin-y": 3, width: 22, height: 22, "text-wrap": "wrap", "text-max-width": 170 } },
    ...SORTS.map((sort) => ({ selector: `node[sort = "${sort}"]`, style: { "background-color": resolved(`graph-${sort}`).fill, shape: SHAPES[sort] } })),
    { selector: "node.start", style: { "border-width": 3, "border-color": ink, width: 30, height: 30 } },
    { selector: "node:selected", style: { "border-width": 3, "border-color": ink } },
    { selector: "edge", style: { width: 1.2, "line-color": muted, "curve-style": "straight", label: "data(tie)", "font-size": 11, color: muted, "text-rotation": "autorotate", "min-zoomed-font-size": 7, "text-background-color": resolved("graph-drawing").fill, "text-background-opacity": 1, "text-background-padding": 2 } },
  ];
}

const short = (label) => (label.length > 40 ? `${label.slice(0, 38)}…` : label);
const point = ({ node, label, sort }) => ({ group: "nodes", data: { id: node, short: short(label), sort } });
const line = ({ of, node, tie }) => {
  const [one, other] = [of, node].sort();
  return { group: "edges", data: { id: `${one} ${other}`, source: one, target: other, tie } };
};

function arrange(drawing) {
  drawing.layout({ name: "cose", animate: false, randomize: false, nodeDimensionsIncludeLabels: true, fit: true, padding: 30, idealEdgeLength: () => 60 }).run();
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
  const repaint = () => drawing.style(looks());
  new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  darkDevice.addEventListener("change", repaint);
  element.dataset.nodes = drawing.nodes().length;
  return { add: (more) => { add(drawing, more); element.dataset.nodes = drawing.nodes().length; } };
}
