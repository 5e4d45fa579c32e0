// Breakpoints in the editor: a gutter with a mark at each line that has one, and the line in which the program stopped.
import * as CM from "nicegui-codemirror";
import link from "mbasic-link";

const LAST = 65529; // line number
const told = CM.StateEffect.define(); // {lines, stopped}: BASIC's line numbers that have one, and the one stopped in or null

const shown = CM.StateField.define({
  create: () => ({ lines: new Set(), stopped: null }),
  update: (value, transaction) => transaction.effects.findLast((effect) => effect.is(told))?.value ?? value,
});

const changed = (update) => update.startState.field(shown) !== update.state.field(shown);

// BASIC's number of an editor's line, or null.
function numberOf(text) {
  const number = Number(/^\s*(\d{1,5})(?!\d)/.exec(text)?.[1] ?? NaN);
  return number <= LAST ? number : null;
}

class Mark extends CM.GutterMarker {
  constructor(set, here) {
    super();
    this.elementClass = `${set ? "b-break" : ""} ${here ? "b-here" : ""}`;
  }
  eq(other) {
    return other.elementClass === this.elementClass;
  }
}

const gutter = CM.gutter({
  class: "b-breaks",
  renderEmptyElements: true,
  lineMarker(view, block) {
    const { lines, stopped } = view.state.field(shown);
    const number = numberOf(view.state.doc.lineAt(block.from).text);
    return number !== null && (lines.has(number) || number === stopped) ? new Mark(lines.has(number), number === stopped) : null;
  },
  lineMarkerChange: changed,
  domEventHandlers: {
    mousedown(view, block, event) {
      if (event.button) return false;
      toggle(view, block.from);
      return true;
    },
  },
});

const stoppedLine = CM.Decoration.line({ class: "b-stopped" });
const highlighter = CM.ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = this.build(view);
    }
    update(update) {
      if (update.docChanged || update.viewportChanged || changed(update)) this.decorations = this.build(update.view);
    }
    build(view) {
      const { stopped } = view.state.field(shown);
      const ranges = [];
      if (stopped !== null)
        for (const { from, to } of view.visibleRanges)
          for (let position = from; position <= to; ) {
            const line = view.state.doc.lineAt(position);
            if (numberOf(line.text) === stopped) ranges.push(stoppedLine.range(line.from));
            position = line.to + 1;
          }
      return CM.Decoration.set(ranges, true);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

// Set the breakpoint of the line at a position, or take it away. It is shown at once; the server's word comes soon.
function toggle(view, position) {
  const number = numberOf(view.state.doc.lineAt(position).text);
  if (number === null) return true;
  const { lines, stopped } = view.state.field(shown);
  const after = new Set(lines);
  if (!after.delete(number)) after.add(number);
  link.send("breakpoint", (lines.has(number) ? "-" : "") + number);
  view.dispatch({ effects: told.of({ lines: after, stopped }) });
  return true;
}

export const breakpoints = [
  shown,
  gutter,
  highlighter,
  CM.Prec.highest(
    CM.keymap.of([
      { key: "F9", run: (view) => toggle(view, view.state.selection.main.head) },
      { key: "F8", run: () => (link.send("continue"), true) },
    ]),
  ),
];

// Show in a view what the session has, from now on.
export function follow(view) {
  let last = null; // the server's list
  link.on("state", ({ breakpoints, stopped = null }) => {
    if (!breakpoints) return;
    const before = view.state.field(shown);
    const lines = breakpoints === last ? before.lines : new Set(breakpoints);
    last = breakpoints;
    // Only what changes is dispatched: CodeMirror then forgets a selection that it has not heard of yet.
    const same = lines === before.lines || (lines.size === before.lines.size && breakpoints.every((line) => before.lines.has(line)));
    if (same && stopped === before.stopped) return;
    const effects = [told.of({ lines, stopped })];
    const place = stopped === before.stopped || stopped === null ? null : placeOf(view.state.doc, stopped);
    if (place !== null) effects.push(CM.EditorView.scrollIntoView(place, { yMargin: 60 }));
    view.dispatch({ effects });
  });
}

function placeOf(doc, number) {
  for (const lines = doc.iterLines(), at = { from: 0 }; !lines.next().done; at.from += lines.value.length + 1)
    if (numberOf(lines.value) === number) return at.from;
  return null;
}
